import { describe, expect, it } from 'vitest';
import { commandOf, commandsFor } from './commands';

const ALL = ['email', 'calendar', 'slack'] as const;
const names = (typed: string, kinds: readonly (typeof ALL)[number][] = ALL) =>
  commandsFor(typed, kinds).map(({ name }) => name);

describe('commands of the composer', () => {
  it('are proposed while their name is typed', () => {
    expect(names('/')).toEqual(['mail', 'event', 'slack']);
    expect(names('/ma')).toEqual(['mail']);
    expect(names('/', ['email'])).toEqual(['mail']);
    for (const typed of ['', 'a/', '/x', '/mail ', '/mail Dana', ' /', '//'])
      expect(names(typed)).toEqual([]);
  });

  it('are read with what stands after them', () => {
    expect(commandOf('/mail')).toEqual({ kind: 'email', rest: '' });
    expect(commandOf('/mail Launch plan\nDear Dana')).toEqual({
      kind: 'email',
      rest: 'Launch plan\nDear Dana',
    });
    expect(commandOf('/slack\nWe launch')).toEqual({ kind: 'slack', rest: 'We launch' });
  });

  it.each(['How do I /mail?', '/mailing list?', '/etc/hosts', '/', '/MAIL', 'mail'])(
    'leave %j a question',
    (typed) => {
      expect(commandOf(typed)).toBeNull();
    },
  );

  it('need an account of their kind', () => {});
});
