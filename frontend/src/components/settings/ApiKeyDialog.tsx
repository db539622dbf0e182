import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormError } from '@/components/FormError';
import { FormField } from '@/components/FormField';
import { Button } from '@/components/ui/Button';
import { CopyBlock } from '@/components/ui/CopyBlock';
import { Dialog } from '@/components/ui/Dialog';
import { Notice } from '@/components/ui/Notice';
import { useCreateApiKey } from '@/hooks/useApiKeys';
import { useServerForm } from '@/hooks/useServerForm';
import type { CreatedApiKey } from '@/services/types';
import { formatDate } from '@/utils/format';
import { apiKeySchema } from '@/utils/validation';
import {
  LIFETIME_NAMES,
  LIFETIMES,
  type Lifetime,
  linesFor,
  OFFERED_SCOPES,
  type OfferedScope,
} from './keyUses';

/** Makes a key, then shows it: this dialog is the only place where it is ever seen. */
export function ApiKeyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [made, setMade] = useState<CreatedApiKey | null>(null);
  const create = useCreateApiKey();
  return (
    <Dialog
      open
      onOpenChange={onClose}
      placement="wide"
      // Also while the key is being made: it would be there, and nobody would have seen it.
      persistent={made !== null || create.isPending}
      title={made ? t('settings.keyMadeTitle', { name: made.name }) : t('settings.keyCreateTitle')}
    >
      {made ? (
        <Made apiKey={made} onClose={onClose} />
      ) : (
        <Making create={create} onMade={setMade} onClose={onClose} />
      )}
    </Dialog>
  );
}

interface Values {
  name: string;
  scopes: OfferedScope[];
  lifetime: Lifetime;
}

interface MakingProps {
  create: ReturnType<typeof useCreateApiKey>;
  onMade: (made: CreatedApiKey) => void;
  onClose: () => void;
}

function Making({ create, onMade, onClose }: MakingProps) {
  const { t } = useTranslation();
  const { form, field, onSubmit, failure, busy } = useServerForm<Values>({
    schema: apiKeySchema,
    initial: { name: '', scopes: ['read'], lifetime: 'quarter' },
    submit: async ({ name, scopes, lifetime }) =>
      onMade(await create.mutateAsync({ name, scopes, expires_in_days: LIFETIMES[lifetime] })),
  });
  const { error: scopesError, ...scopes } = field('scopes');
  const { error: _, ...lifetime } = field('lifetime');
  return (
    <form onSubmit={onSubmit} noValidate className="space-y-5 overflow-y-auto p-5 pt-3">
      <FormError message={failure} />
      <FormField
        label={t('settings.keyName')}
        hint={t('settings.keyNameHint')}
        autoComplete="off"
        {...field('name')}
      />
      <fieldset aria-describedby={scopesError ? 'scopes-error' : undefined}>
        <legend className="mb-1.5 font-medium text-sm">{t('settings.keyScopes')}</legend>
        <div className="divide-y rounded-xl border">
          {OFFERED_SCOPES.map((scope) => (
            <label
              key={scope}
              htmlFor={`scope-${scope}`}
              className="flex items-start gap-3 px-3.5 py-2.5 text-base transition-colors hover:bg-hover"
            >
              <input
                {...scopes}
                id={`scope-${scope}`}
                type="checkbox"
                value={scope}
                className="mt-[0.1875rem] size-4 shrink-0 accent-accent"
              />
              <span>
                <span className="font-medium">{t(`settings.scopes.${scope}`)}</span>
                <span className="block text-pretty text-ink-3 text-sm">
                  {t(`settings.scopesText.${scope}`)}
                </span>
              </span>
            </label>
          ))}
        </div>
        {scopesError ? (
          <p id="scopes-error" role="alert" className="mt-1.5 animate-rise text-danger text-sm">
            {scopesError}
          </p>
        ) : (
          <p className="mt-1.5 text-ink-3 text-sm">{t('settings.keyScopesHint')}</p>
        )}
      </fieldset>
      <fieldset>
        <legend className="mb-1.5 font-medium text-sm">{t('settings.keyLifetime')}</legend>
        <div className="grid grid-cols-2 gap-2 sm:grid-cols-4">
          {LIFETIME_NAMES.map((name) => (
            <label
              key={name}
              className="relative flex h-9 cursor-pointer items-center justify-center rounded-lg border border-line-strong font-medium text-base text-ink-2 transition-colors hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft has-checked:text-accent-text has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2 max-md:h-10"
            >
              <input
                {...lifetime}
                type="radio"
                value={name}
                className="absolute inset-0 cursor-pointer opacity-0"
              />
              {t(`settings.lifetimes.${name}`)}
            </label>
          ))}
        </div>
        {form.watch('lifetime') === 'never' && (
          <p className="mt-1.5 animate-rise text-sm text-warn">{t('settings.keyNeverText')}</p>
        )}
      </fieldset>
      <footer className="flex flex-wrap justify-end gap-2">
        <Button disabled={busy} onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button type="submit" variant="primary" busy={busy}>
          {t('settings.keyCreate')}
        </Button>
      </footer>
    </form>
  );
}

function Made({ apiKey, onClose }: { apiKey: CreatedApiKey; onClose: () => void }) {
  const { t } = useTranslation();
  const use = OFFERED_SCOPES.find((scope) => apiKey.scopes.includes(scope)) ?? 'read';
  return (
    <div className="space-y-5 overflow-y-auto p-5 pt-3">
      <Notice tone="warn" title={t('settings.keyOnce')} text={t('settings.keyOnceText')} />
      <CopyBlock label={t('settings.keyItself')} text={apiKey.key} wrap />
      <div>
        <p className="mb-1.5 font-medium text-sm">{t('settings.keyTry')}</p>
        <CopyBlock label={t('settings.keyUseLines')} text={linesFor(use, location.origin, apiKey.key)} />
      </div>
      <footer className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-ink-3 text-sm">
          {apiKey.expires_at
            ? t('settings.keyEnds', { date: formatDate(apiKey.expires_at) })
            : t('settings.keyEndsNever')}
        </p>
        <Button variant="primary" className="ml-auto" onClick={onClose}>
          {t('settings.keyDone')}
        </Button>
      </footer>
    </div>
  );
}
