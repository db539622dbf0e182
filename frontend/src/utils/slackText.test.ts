import { describe, expect, it } from 'vitest';
import { BROADCASTS, isPlaceId, mentionedIds, mentionOf, mentionTyped, threadOfLink } from './slackText';

describe('ids of Slack', () => {
  it.each(['C0123456789', 'U0DANA0001', ' G012 '])('are taken: %s', (id) => expect(isPlaceId(id)).toBe(true));
  it.each(['', 'launch', 'c0123456789', '<@U0DANA0001>', 'C0', `C${'A'.repeat(40)}`])('are not: %s', (id) =>
    expect(isPlaceId(id)).toBe(false),
  );
});

describe('the thread of a link to a message', () => {
  it('is that of the message, or the one that the message stands in', () => {
    const link = 'https://acme.slack.com/archives/C0123456789/p1764500000000100';
    expect(threadOfLink(link)).toEqual({ channel: 'C0123456789', ts: '1764500000.000100' });
    expect(threadOfLink(`${link}?thread_ts=1764400000.000200&cid=C0123456789`)).toEqual({
      channel: 'C0123456789',
      ts: '1764400000.000200',
    });
    expect(threadOfLink(`${link}?thread_ts=nonsense`)?.ts).toBe('1764500000.000100');
  });

  it.each([
    null,
    '',
    'https://acme.slack.com/archives/C0123456789',
    'http://acme.slack.com/archives/C0123456789/p1764500000000100',
    'https://slack.com.evil.example/archives/C0123456789/p1764500000000100',
    'https://evil.example/https://acme.slack.com/archives/C0123456789/p1764500000000100',
  ])('is none: %s', (link) => expect(threadOfLink(link)).toBeNull());
});

describe('a mention that is typed', () => {
  it.each([
    ['@', { from: 0, query: '' }],
    ['Hello @da', { from: 6, query: 'da' }],
    ['(@Jürgen', { from: 1, query: 'Jürgen' }],
    ['mail ada@example.com', null],
    ['@dana now', null],
  ])('%s', (text, found) => expect(mentionTyped(text, text.length)).toEqual(found));

  it('ends at the caret', () => expect(mentionTyped('@dana', 3)).toEqual({ from: 0, query: 'da' }));

  it('is written as the server reads it', () => {
    expect(mentionOf({ id: 'U0DANA0001', kind: 'person' })).toBe('<@U0DANA0001>');
    expect(mentionOf({ id: 'S0CREW', kind: 'user_group' })).toBe('<!subteam^S0CREW>');
    expect(mentionOf({ id: 'C0LAUNCH', kind: 'channel' })).toBe('<#C0LAUNCH>');
    expect(BROADCASTS.map(mentionOf)).toEqual(['<!here>', '<!channel>', '<!everyone>']);
    expect(mentionedIds('<@U0DANA0001> <!subteam^S0CREW> <#C0LAUNCH> <@U0DANA0001> <!here>')).toEqual([
      'U0DANA0001',
      'S0CREW',
      'C0LAUNCH',
    ]);
  });
});
