import { useTranslation } from 'react-i18next';
import { cn } from '@/utils/cn';
import { type Strength, strengthOf } from '@/utils/passwordStrength';

const STEPS: Record<Strength, number> = { short: 1, weak: 1, fair: 2, strong: 3 };
const COLOURS = ['bg-danger', 'bg-warn', 'bg-ok'] as const;

/** A line that grows while a new password is typed; nothing while there is none. */
export function PasswordStrength({ password }: { password: string }) {
  const { t } = useTranslation();
  if (!password) return null;
  const strength = strengthOf(password);
  const steps = STEPS[strength];
  return (
    <div className="mt-2 flex items-center gap-2.5 text-xs text-ink-3">
      <span aria-hidden className="flex flex-1 gap-1">
        {COLOURS.map((colour, step) => (
          <span
            key={colour}
            className={cn(
              'h-1 flex-1 rounded-full transition-colors duration-200',
              step < steps ? COLOURS[steps - 1] : 'bg-active',
            )}
          />
        ))}
      </span>
      <span role="status">{t(`strength.${strength}`)}</span>
    </div>
  );
}
