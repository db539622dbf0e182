import { ChevronDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Connector } from '@/services/types';
import { cn } from '@/utils/cn';

interface RightsProps {
  name: string;
  rights: Connector['rights'];
  open?: boolean;
  className?: string;
}

/** How each kind of right at the source is copied here. */
export function Rights({ name, rights, open, className }: RightsProps) {
  const { t } = useTranslation();
  if (rights.length === 0) return null;
  return (
    <details open={open} className={cn('group text-sm', className)}>
      <summary className="inline-flex min-h-8 cursor-pointer list-none items-center gap-1.5 rounded-md font-medium text-ink-2 transition-colors hover:text-ink max-md:min-h-10 [&::-webkit-details-marker]:hidden">
        <ChevronDown
          className="-rotate-90 size-4 shrink-0 transition-transform group-open:rotate-0"
          aria-hidden
        />
        {t('connections.rights')}
        <span className="sr-only"> · {name}</span>
      </summary>
      <dl className="mt-1 divide-y rounded-xl border">
        {rights.map(({ there, here }) => (
          <div key={there} className="grid gap-x-4 gap-y-0.5 px-3.5 py-2.5 sm:grid-cols-2">
            <dt className="text-pretty break-words text-ink-3 first-letter:uppercase">{there}</dt>
            <dd className="text-pretty break-words text-ink first-letter:uppercase">{here}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
