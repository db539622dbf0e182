import { LoaderCircle } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, buttonStyles } from '@/components/ui/Button';
import { useProviders } from '@/hooks/useProviders';
import { providerPath } from '@/services/auth';
import { failureOf } from '@/services/queries';
import { leavingToSignIn } from '@/services/session';
import { ProviderMark } from './ProviderMark';

/** The providers that are offered, below a form that works without them. */
export function ProviderButtons({ returnTo }: { returnTo: string }) {
  const { t } = useTranslation();
  const offer = useProviders();
  const providers = offer.data;
  const [leaving, setLeaving] = useState<string | null>(null);

  useEffect(() => {
    // The browser may bring this very page back from its memory when the person returns.
    const back = () => setLeaving(null);
    window.addEventListener('pageshow', back);
    return () => window.removeEventListener('pageshow', back);
  }, []);

  if (failureOf(offer)) {
    return (
      <p className="mt-5 text-sm text-ink-3">
        {t('providers.failed')}{' '}
        <Button variant="link" size="bare" onClick={() => void offer.refetch()}>
          {t('common.retry')}
        </Button>
      </p>
    );
  }
  if (!providers || providers.length === 0) return null;
  return (
    <div className="animate-in">
      <p className="my-5 flex items-center gap-3 text-sm text-ink-3">
        <span aria-hidden className="h-px flex-1 bg-line" />
        {t('providers.or')}
        <span aria-hidden className="h-px flex-1 bg-line" />
      </p>
      <ul className="space-y-2.5">
        {providers.map(({ name, label }) => (
          <li key={name}>
            <a
              href={providerPath(name, returnTo)}
              onClick={() => {
                leavingToSignIn();
                setLeaving(name);
              }}
              className={buttonStyles({ size: 'lg', className: 'w-full' })}
            >
              {leaving === name ? (
                <LoaderCircle className="animate-spin" aria-hidden />
              ) : (
                <ProviderMark name={name} />
              )}
              {t('providers.continue', { provider: label })}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
