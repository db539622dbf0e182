import { Eye, EyeOff } from 'lucide-react';
import { type ComponentProps, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Input } from './ui/Input';

interface FormFieldProps extends ComponentProps<'input'> {
  label: string;
  hint?: string;
  error?: string;
  optional?: boolean;
}

/** A labelled input with its hint and its error, tied together for screen readers. Passwords can be shown. */
export function FormField({ label, hint, error, optional = false, type = 'text', ...rest }: FormFieldProps) {
  const { t } = useTranslation();
  const id = useId();
  const [shown, setShown] = useState(false);
  const password = type === 'password';
  const described = error ? `${id}-error` : hint ? `${id}-hint` : undefined;
  return (
    <div>
      <div className="mb-1.5 flex items-baseline justify-between">
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        {optional && <span className="text-xs text-ink-3">{t('common.optional')}</span>}
      </div>
      <div className="relative">
        <Input
          {...rest}
          id={id}
          type={password && shown ? 'text' : type}
          aria-invalid={error ? true : undefined}
          aria-describedby={described}
          className={password ? 'pr-11' : undefined}
        />
        {password && (
          <button
            type="button"
            onClick={() => setShown(!shown)}
            aria-label={t(shown ? 'auth.hidePassword' : 'auth.showPassword')}
            aria-pressed={shown}
            className="absolute inset-y-0 right-0 grid w-10 place-items-center rounded-r-lg text-ink-3 hover:text-ink"
          >
            {shown ? <EyeOff className="size-4" aria-hidden /> : <Eye className="size-4" aria-hidden />}
          </button>
        )}
      </div>
      {error ? (
        <p id={`${id}-error`} className="mt-1.5 animate-rise text-sm text-danger">
          {error}
        </p>
      ) : (
        hint && (
          <p id={`${id}-hint`} className="mt-1.5 text-sm text-ink-3">
            {hint}
          </p>
        )
      )}
    </div>
  );
}
