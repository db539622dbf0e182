import type { ReactNode } from 'react';
import type { Mailbox } from '@/services/previews';

export const Facts = ({ children }: { children: ReactNode }) => <dl className="space-y-1.5">{children}</dl>;

export const Fact = ({ label, children }: { label: string; children: ReactNode }) => (
  <div className="grid gap-x-4 text-base sm:grid-cols-[7rem_1fr]">
    <dt className="text-ink-3">{label}</dt>
    <dd className="min-w-0 break-words">{children}</dd>
  </div>
);

/** Each with name and address, as whoever gets it will see them. */
export const Mailboxes = ({ of }: { of: readonly Mailbox[] }) => (
  <ul className="space-y-0.5">
    {of.map(({ name, address }) => (
      <li key={address}>
        {name && (
          <>
            <bdi className="font-medium">{name}</bdi>{' '}
          </>
        )}
        <span className={name ? 'break-all text-ink-2' : 'break-all font-medium'}>
          {name ? `<${address}>` : address}
        </span>
      </li>
    ))}
  </ul>
);

/** Text as it was written, with its lines. */
export const Written = ({ children }: { children: string }) => (
  <div dir="auto" className="whitespace-pre-wrap break-words border-t pt-4 text-base leading-6">
    {children}
  </div>
);
