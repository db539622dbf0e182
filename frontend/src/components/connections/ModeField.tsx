import { Building2, UserRound } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionMode } from '@/services/types';

const ICONS = { personal: UserRound, workspace: Building2 } as const;

interface ModeFieldProps {
  modes: readonly ConnectionMode[];
  value: ConnectionMode;
  onChange: (mode: ConnectionMode) => void;
}

/** Whose the connection will be. */
export function ModeField({ modes, value, onChange }: ModeFieldProps) {
  const { t } = useTranslation();
  const name = useId();
  return (
    <fieldset className="grid gap-2 sm:grid-cols-2">
      <legend className="sr-only">{t('connections.form.mode')}</legend>
      {modes.map((mode) => {
        const Icon = ICONS[mode];
        return (
          <label
            key={mode}
            className="relative flex cursor-pointer items-start gap-3 rounded-xl border border-line-strong p-3.5 transition-colors hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2"
          >
            <input
              type="radio"
              name={name}
              value={mode}
              checked={mode === value}
              onChange={() => onChange(mode)}
              className="absolute inset-0 cursor-pointer opacity-0"
            />
            <Icon className="mt-0.5 size-4 shrink-0 text-ink-2" aria-hidden />
            <span className="min-w-0">
              <span className="block font-medium text-base">{t(`connections.modes.${mode}`)}</span>
              <span className="block text-pretty text-ink-2 text-sm">
                {t(`connections.modesText.${mode}`)}
              </span>
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}
