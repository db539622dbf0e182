/** What can be written from the composer, by what is typed there. */
import type { ActionKind } from '@/services/types';

interface Command {
  name: 'mail' | 'event' | 'slack';
  kind: ActionKind;
}

export const COMMANDS: readonly Command[] = [
  { name: 'mail', kind: 'email' },
  { name: 'event', kind: 'calendar' },
  { name: 'slack', kind: 'slack' },
];

/** The commands that what is typed may become; none once it is no name any more. */
export const commandsFor = (typed: string, kinds: readonly ActionKind[]): Command[] =>
  /^\/\w*$/.test(typed)
    ? COMMANDS.filter(({ name, kind }) => kinds.includes(kind) && name.startsWith(typed.slice(1)))
    : [];

/** The command that stands at the beginning, with what stands after it; null for a question. */
export function commandOf(typed: string): { kind: ActionKind; rest: string } | null {
  const found = /^\/(?<name>\w+)(?:\s+(?<rest>[\s\S]*))?$/.exec(typed.trim())?.groups;
  const command = COMMANDS.find(({ name }) => name === found?.name);
  return command ? { kind: command.kind, rest: found?.rest?.trim() ?? '' } : null;
}
