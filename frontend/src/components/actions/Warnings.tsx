import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Caution } from '@/services/types';
import { actionPath } from '@/utils/paths';

interface WarningsProps {
  warnings: readonly Caution[];
  ticked: readonly string[];
  /** Without it they only tell. */
  onTick?: (code: string, ticked: boolean) => void;
  /** The reader owns it, and so may open the other action that a warning is about. */
  linked?: boolean;
}

/** What to know before approving; some of it has to be ticked first. */
export function Warnings({ warnings, ticked, onTick, linked = false }: WarningsProps) {
  const { t } = useTranslation();
  if (warnings.length === 0) return null;
  return (
    <fieldset aria-label={t('actions.warnings')} className="min-w-0 rounded-xl bg-warn-soft px-4 py-3">
      <ul className="space-y-1.5">
        {warnings.map(({ code, message, confirm, action_id }) => (
          <li key={code} className="text-base">
            {confirm && onTick ? (
              <label className="flex items-start gap-2.5 max-md:min-h-10">
                <input
                  type="checkbox"
                  data-confirm={code}
                  checked={ticked.includes(code)}
                  onChange={(event) => onTick(code, event.target.checked)}
                  className="mt-1 size-4 shrink-0 accent-accent"
                />
                <span className="min-w-0 break-words font-medium">{message}</span>
              </label>
            ) : (
              <p className="flex items-start gap-2.5">
                <TriangleAlert className="mt-1 size-4 shrink-0 text-warn" aria-hidden />
                <span className="min-w-0 break-words">{message}</span>
              </p>
            )}
            {linked && action_id && (
              <Link
                to={actionPath(action_id)}
                className="ml-6.5 inline-flex items-center font-medium text-accent-text underline-offset-2 hover:underline max-md:min-h-10"
              >
                {t('actions.showOther')}
              </Link>
            )}
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
