import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ErrorBoundary } from '@/components/ErrorBoundary';
import { Loaded } from '@/components/ui/Loaded';
import { RowsSkeleton } from '@/components/ui/RowsSkeleton';
import { useAction } from '@/hooks/useActions';
import { isGone } from '@/services/problem';
import { actionPath } from '@/utils/paths';
import { ActionCard } from './ActionCard';

/** What an answer prepared, each on its card as it is now. */
export default function PreparedActions({ ids }: { ids: readonly string[] }) {
  const { t } = useTranslation();
  return (
    <ul aria-label={t('actions.prepared')} className="mt-4 space-y-4">
      {ids.map((id) => (
        <li key={id}>
          <Prepared id={id} />
        </li>
      ))}
    </ul>
  );
}

function Prepared({ id }: { id: string }) {
  const { t } = useTranslation();
  const action = useAction(id, false);
  if (isGone(action.error)) {
    return <p className="rounded-2xl border px-4 py-3 text-base text-ink-3">{t('actions.goneText')}</p>;
  }
  return (
    <Loaded
      query={action}
      errorTitle={t('actions.oneErrorTitle')}
      layout="inline"
      skeleton={<RowsSkeleton />}
      live
    >
      {(shown) => (
        <>
          <ErrorBoundary heading="h3" resetKey={`${shown.status} ${shown.hash}`}>
            <ActionCard action={shown} />
          </ErrorBoundary>
          <Link
            to={actionPath(id)}
            className="mt-1.5 inline-block text-ink-3 text-sm underline hover:text-ink"
          >
            {t('actions.allAbout')}
          </Link>
        </>
      )}
    </Loaded>
  );
}
