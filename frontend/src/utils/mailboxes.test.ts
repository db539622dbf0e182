import { describe, expect, it } from 'vitest';
import { asRecipient, mailboxText, readRecipients, withRecipients } from './mailboxes';

const read = (list: string) => readRecipients(list).map(({ name, address }) => [name, address]);

describe('a list of recipients', () => {
  it.each([
    ['dana@example.com', [[null, 'dana@example.com']]],
    ['Dana Roe <dana@example.com>', [['Dana Roe', 'dana@example.com']]],
    [
      '"Roe, Dana" <dana@example.com>; ben@example.com',
      [
        ['Roe, Dana', 'dana@example.com'],
        [null, 'ben@example.com'],
      ],
    ],
    [
      'a@example.com,\n\n b@example.com\r\nc@example.com;',
      [
        [null, 'a@example.com'],
        [null, 'b@example.com'],
        [null, 'c@example.com'],
      ],
    ],
    ['"D \\"Dee\\" Roe" <d@example.com>', [['D "Dee" Roe', 'd@example.com']]],
    ['<d@example.com>', [[null, 'd@example.com']]],
    ['müller@exämple.de', [[null, 'müller@exämple.de']]],
    ['  ,; \n', []],
  ])('is read: %j', (list, expected) => {
    expect(read(list)).toEqual(expected);
  });

  it.each([
    'dana',
    'dana@example',
    '@example.com',
    'Dana <dana>',
    'a@b@example.com',
    'a b@example.com',
    'dana@example.com>',
    'da\u202ena@example.com',
    'da\u200bna@example.com',
    'Dana <dana@example.com',
  ])('says what is no address: %j', (list) => {
    expect(readRecipients(list).map(({ typed, address }) => [typed, address])).toEqual([[list.trim(), null]]);
  });

  it('holds each address once, whatever its case', () => {
    const known = [asRecipient({ name: 'Dana', address: 'dana@example.com' })];
    expect(
      withRecipients(known, readRecipients('DANA@example.com, ben@example.com, ben@example.com')),
    ).toHaveLength(2);
  });

  it('is shown with names and addresses', () => {
    expect(mailboxText({ name: 'Dana', address: 'd@example.com' })).toBe('Dana <d@example.com>');
    expect(mailboxText({ name: null, address: 'd@example.com' })).toBe('d@example.com');
  });
});
