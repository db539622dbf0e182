import { describe, expect, it } from 'vitest';
import { movesOf } from './actionMoves';
import { recipientsOf, titleOf } from './actionTexts';
import { formatCountdown, secondsUntil } from './countdown';
import { fromLocal, toLocal } from './localTime';
import { changesBetween, valueText } from './previewChanges';

describe('an action in one line', () => {
  it('is its subject, its title, or the first line of its text', () => {
    expect(titleOf({ kind: 'email', payload: {}, preview: { subject: ' Launch ' } })).toBe('Launch');
    expect(titleOf({ kind: 'calendar', payload: {}, preview: { title: 'Review' } })).toBe('Review');
    expect(titleOf({ kind: 'slack', payload: {}, preview: { text: 'We launch.\nAt ten.' } })).toBe(
      'We launch.',
    );
    expect(titleOf({ kind: 'email', payload: {}, preview: {} })).toBe('');
  });

  it('names everybody whom it reaches', () => {
    const preview = {
      to: [{ name: 'Dana', address: 'd@example.com' }],
      bcc: [{ name: null, address: 'b@example.com' }],
    };
    expect(recipientsOf({ kind: 'email', payload: {}, preview })).toEqual(['Dana', 'b@example.com']);
    expect(
      recipientsOf({ kind: 'slack', payload: {}, preview: { channel: { id: 'C1', name: '#team' } } }),
    ).toEqual(['#team']);
    expect(recipientsOf({ kind: 'calendar', payload: {}, preview: {} })).toEqual([]);
  });
});

describe('what has changed', () => {
  it('is told by field, with what was and what is', () => {
    expect(
      changesBetween({ subject: 'A', text: 'same', cc: [] }, { subject: 'B', text: 'same', html: '<p>' }),
    ).toEqual([
      { field: 'subject', before: 'A', after: 'B' },
      { field: 'html', before: null, after: '<p>' },
      { field: 'cc', before: [], after: null },
    ]);
  });

  it('is told in words', () => {
    expect(
      valueText([
        { name: 'Dana', address: 'd@example.com' },
        { name: null, address: 'b@example.com' },
      ]),
    ).toBe('Dana <d@example.com>, b@example.com');
    expect(valueText([{ document_id: 'd1', name: 'plan.pdf' }])).toBe('plan.pdf');
    expect(valueText({ local: '2026-12-03T10:00', zone: 'Europe/Berlin' })).toBe(
      '2026-12-03 10:00 Europe/Berlin',
    );
    expect(valueText({ odd: 1 })).toBe('{"odd":1}');
    expect(valueText(null)).toBe('');
  });
});

describe('a countdown', () => {
  it.each([
    [7, '0:07'],
    [750, '12:30'],
    [3601, null],
  ])('of %s seconds is %s', (seconds, expected) => {
    expect(formatCountdown(seconds)).toBe(expected);
  });

  it('ends at nothing', () => {
    expect(secondsUntil('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:00:05Z'))).toBe(0);
  });
});

it('a local time is the same moment again', () => {
  expect(toLocal(fromLocal('2026-12-03T10:00'))).toBe('2026-12-03T10:00');
  expect(toLocal(null)).toBe('');
  expect(fromLocal('')).toBeNull();
  expect(fromLocal('nonsense')).toBeNull();
});

it('what may be done depends on the state', () => {
  expect(movesOf({ status: 'awaiting_approval' })).toContain('approve');
  expect(movesOf({ status: 'scheduled' })).toEqual(['undo']);
  expect(movesOf({ status: 'unknown' })).toEqual(['retry']);
  expect(movesOf({ status: 'succeeded' })).toEqual([]);
});

it('what may be done is what the server says, where it does', () => {
  expect(movesOf({ status: 'awaiting_approval', may: ['approve', 'reject', 'delegate'] })).toEqual([
    'approve',
    'reject',
  ]);
  expect(movesOf({ status: 'awaiting_approval', may: ['cancel'] })).toEqual(['withdraw']);
  expect(movesOf({ status: 'scheduled', may: ['cancel'] })).toEqual(['undo']);
  expect(movesOf({ status: 'scheduled', may: [] })).toEqual([]);
});
