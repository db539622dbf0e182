import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { Notice } from '@/components/ui/Notice';
import { useProviders } from '@/hooks/useProviders';

/** The codes of a link that came to nothing, as far as a person can do something about them. */
const KNOWN = [
  'provider_denied',
  'provider_unavailable',
  'identity_invalid',
  'email_unverified',
  'already_linked',
] as const;

/** Tells how linking at a provider ended. The address that the browser came back to says it, once. */
export function LinkOutcome() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const [{ linked, error, provider }] = useState(() => ({
    linked: params.get('linked'),
    error: params.get('error'),
    provider: params.get('linked') ?? params.get('provider'),
  }));
  const providers = useProviders().data;

  const told = params.has('linked') || params.has('error');
  useEffect(() => {
    if (!told) return;
    setParams(
      (old) => {
        for (const name of ['linked', 'error', 'provider']) old.delete(name);
        return old;
      },
      { replace: true },
    );
  }, [told, setParams]);

  if (!linked && !error) return null;
  const label = providers?.find((item) => item.name === provider)?.label ?? t('settings.linkProvider');
  if (linked) {
    return (
      <Notice
        role="status"
        tone="ok"
        title={t('settings.linkDone', { provider: label })}
        text={t('settings.linkDoneText', { provider: label })}
      />
    );
  }
  const reason = KNOWN.find((code) => code === error) ?? 'other';
  return (
    <Notice
      role="alert"
      tone="danger"
      title={t('settings.linkFailed', { provider: label })}
      text={t(`settings.linkErrors.${reason}`, { provider: label })}
    />
  );
}
