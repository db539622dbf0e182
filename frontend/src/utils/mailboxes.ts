/** Mail addresses as people type and paste them. */
import type { Mailbox } from '@/services/previews';

/** One recipient; `typed` is what stood there. Without `address` it is none. */
export interface Recipient {
  typed: string;
  name: string | null;
  address: string | null;
}

/** As the server sees it: the proof is a mail that arrives, not a pattern. */
const ADDRESS = /^[^\s@,;:<>()[\]"\\\p{C}]+@[^\s@,;:<>()[\]"\\\p{C}]+\.[^\s@.,;:<>()[\]"\\\p{C}]+$/u;

/** The parts of a list that commas, semicolons and line ends divide; none within quotes or angle brackets. */
function partsOf(list: string): string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  let angle = false;
  for (const [at, sign] of [...list].entries()) {
    if (sign === '"' && [...list][at - 1] !== '\\') quoted = !quoted;
    if (sign === '\n') quoted = angle = false;
    if (!quoted && sign === '<') angle = true;
    if (!quoted && sign === '>') angle = false;
    if (!quoted && !angle && /[,;\r\n]/.test(sign)) {
      parts.push(part);
      part = '';
    } else part += sign;
  }
  return [...parts, part].map((one) => one.trim()).filter(Boolean);
}

function recipientOf(typed: string): Recipient {
  const named = /^(?<name>.*?)\s*<\s*(?<address>[^<>]*?)\s*>$/s.exec(typed)?.groups;
  const address = (named?.address ?? typed).trim();
  const name = (named?.name ?? '')
    .replace(/^"(.*)"$/s, '$1')
    .replace(/\\(.)/g, '$1')
    .trim();
  return { typed, name: name || null, address: ADDRESS.test(address) ? address : null };
}

/** The recipients of a list, in its order: `Dana Roe <dana@example.com>, ben@example.com`. */
export const readRecipients = (list: string): Recipient[] => partsOf(list).map(recipientOf);

export const isComplete = (recipient: Recipient): recipient is Recipient & { address: string } =>
  recipient.address !== null;

export const asRecipient = ({ name, address }: { name?: string | null; address: string }): Recipient => ({
  typed: address,
  name: name ?? null,
  address,
});

/** With the given ones added, each address once. */
export function withRecipients(known: readonly Recipient[], added: readonly Recipient[]): Recipient[] {
  const all = [...known];
  for (const one of added) {
    const key = (one.address ?? one.typed).toLowerCase();
    if (!all.some((other) => (other.address ?? other.typed).toLowerCase() === key)) all.push(one);
  }
  return all;
}

export const mailboxText = ({ name, address }: Mailbox): string => (name ? `${name} <${address}>` : address);
