import { Check } from 'lucide-react';
import type { Connector } from '@/services/types';

/** What is asked for at the source, and why. */
export const ScopeList = ({ scopes }: { scopes: Connector['scopes'] }) => (
  <ul className="divide-y rounded-xl border">
    {scopes.map(({ scope, why }) => (
      <li key={scope} className="flex items-start gap-3 px-3.5 py-2.5 text-base">
        <Check className="mt-0.5 size-4 shrink-0 text-ok" aria-hidden />
        <div className="min-w-0">
          <p className="text-pretty">{why}</p>
          <p className="break-all font-mono text-ink-3 text-xs">{scope}</p>
        </div>
      </li>
    ))}
  </ul>
);
