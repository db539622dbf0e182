import { describe, expect, it } from 'vitest';
import { optionFields, optionValues, sentOptions } from './optionFields';

const SCHEMA = {
  $defs: { Depth: { enum: ['all', 'shallow'], type: 'string', title: 'Depth' } },
  properties: {
    folder: { type: 'string', title: 'Folder', description: 'only notes of this folder', default: '' },
    channels: { type: 'array', items: { type: 'string' }, title: 'Channels', default: [], choices: true },
    kinds: { type: 'array', items: { enum: ['issues', 'pulls'], type: 'string' }, default: ['issues'] },
    drafts: { type: 'boolean', title: 'Drafts', default: false },
    days: { anyOf: [{ type: 'integer', minimum: 1 }, { type: 'null' }], title: 'Days', default: null },
    depth: { $ref: '#/$defs/Depth', default: 'all' },
    nested: { type: 'object', title: 'Nested' },
  },
};

describe('the options of a source', () => {
  const fields = optionFields(SCHEMA);
  const byName = Object.fromEntries(fields.map((field) => [field.name, field]));

  it('become fields of every kind that a form can take', () => {
    expect(fields.map(({ name, kind }) => [name, kind])).toEqual([
      ['folder', 'text'],
      ['channels', 'list'],
      ['kinds', 'list'],
      ['drafts', 'boolean'],
      ['days', 'integer'],
      ['depth', 'choice'],
    ]);
    expect(byName.folder).toMatchObject({
      label: 'Folder',
      hint: 'Only notes of this folder',
      picked: false,
    });
    expect(byName.channels).toMatchObject({ picked: true, initial: [], values: [] });
    expect(byName.kinds).toMatchObject({ label: 'Kinds', values: ['issues', 'pulls'], initial: ['issues'] });
    expect(byName.days).toMatchObject({ nullable: true, min: 1, initial: null });
    expect(byName.depth).toMatchObject({ values: ['all', 'shallow'], initial: 'all' });
  });

  it('begin with what is chosen, else with their defaults', () => {
    expect(optionValues(fields, { folder: 'a', days: 3 })).toEqual({
      folder: 'a',
      channels: [],
      kinds: ['issues'],
      drafts: false,
      days: 3,
      depth: 'all',
    });
  });

  it('are sent without what was left empty', () => {
    const values = { ...optionValues(fields, {}), folder: '', days: null, channels: ['C1'] };
    expect(sentOptions(fields, values)).toEqual({
      folder: '',
      channels: ['C1'],
      kinds: ['issues'],
      drafts: false,
      days: null,
      depth: 'all',
    });
  });

  it('are none of a source that has none', () => {
    expect(optionFields({ properties: {} })).toEqual([]);
    expect(optionFields({})).toEqual([]);
  });
});
