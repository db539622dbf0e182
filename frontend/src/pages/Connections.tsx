import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ActingAccounts } from '@/components/connections/ActingAccounts';
import { Catalogue } from '@/components/connections/Catalogue';
import { ConnectionList } from '@/components/connections/ConnectionList';
import { ConsentOutcome } from '@/components/connections/ConsentOutcome';
import { usePageTitle } from '@/hooks/usePageTitle';

/** What is connected and what can be, at `/connections`; a provider's consent page leads back here. */
export default function Connections() {
  const { t } = useTranslation();
  usePageTitle(t('connections.title'));
  return (
    <div className="mx-auto w-full max-w-5xl px-4 pt-6 pb-20 sm:px-8 sm:pt-8">
      <h1 className="font-semibold text-xl">{t('connections.title')}</h1>
      <p className="mt-0.5 text-pretty text-base text-ink-3">{t('connections.subtitle')}</p>
      <ConsentOutcome className="mt-5" />
      <section aria-labelledby="connected" className="mt-6">
        <h2 id="connected" className="mb-3 font-semibold text-lg">
          {t('connections.connected')}
        </h2>
        <ConnectionList />
      </section>
      <section aria-labelledby="catalogue" className="mt-10">
        <h2 id="catalogue" className="font-semibold text-lg">
          {t('connections.catalogue')}
        </h2>
        <p className="mt-0.5 mb-3 text-pretty text-base text-ink-3">{t('connections.catalogueText')}</p>
        <Catalogue />
      </section>
      <section id="acting" aria-labelledby="acting-title" className="mt-10 scroll-mt-6">
        <h2 id="acting-title" className="font-semibold text-lg">
          {t('connections.acting.title')}
        </h2>
        <p className="mt-0.5 mb-3 text-pretty text-base text-ink-3">
          {t('connections.acting.text')}{' '}
          <Link to="/actions" className="text-accent-text underline underline-offset-4">
            {t('connections.acting.toActions')}
          </Link>
        </p>
        <ActingAccounts />
      </section>
    </div>
  );
}
