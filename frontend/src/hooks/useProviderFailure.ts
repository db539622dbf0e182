import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { useProviders } from './useProviders';

const CODES = [
  'provider_denied',
  'provider_refused',
  'state_invalid',
  'provider_unavailable',
  'identity_invalid',
  'email_unverified',
  'email_missing',
  'email_taken',
  'link_by_signing_in',
  'already_linked',
  'invitation_required',
  'registration_closed',
  'account_inactive',
  'session_ended',
  'rate_limited',
  'unavailable',
] as const;

/**
 * Why a sign-in at a provider came to nothing, as the address says it (`?error=<code>&provider=<name>`); null when it
 * says nothing, and until the provider's name is known, so that the sentence is announced once and whole.
 */
export function useProviderFailure(): string | null {
  const { t } = useTranslation();
  const { search } = useLocation();
  const { data: providers, isPending } = useProviders();
  const query = new URLSearchParams(search);
  const error = query.get('error');
  if (error === null || isPending) return null;
  const provider =
    providers?.find(({ name }) => name === query.get('provider'))?.label ?? t('providers.other');
  return t(`providerFailure.${CODES.find((code) => code === error) ?? 'unknown'}`, { provider });
}
