import { ArrowLeft, Send } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { ActionCard } from '@/components/actions/ActionCard';
import { Record } from '@/components/actions/Record';
import { buttonStyles } from '@/components/ui/Button';
import { EmptyState } from '@/components/ui/EmptyState';
import { Loaded } from '@/components/ui/Loaded';
import { RowsSkeleton } from '@/components/ui/RowsSkeleton';
import { useAction, useActionEvents } from '@/hooks/useActions';
import { usePageTitle } from '@/hooks/usePageTitle';
import { isGone } from '@/services/problem';
import { titleOf } from '@/utils/actionTexts';

/** One action, as it goes out and what became of it, at `/actions/:actionId`. */
export default function ActionPage() {
  const { t } = useTranslation();
  const { actionId = '' } = useParams();
  const told = useActionEvents();
  const action = useAction(actionId, told);
  const gone = isGone(action.error);
  const found = gone ? undefined : action.data;
  const title = found ? titleOf(found) || t(`actions.untitled.${found.kind}`) : t('actions.action');
  usePageTitle(title);
  return (
    <div className="mx-auto w-full max-w-[46rem] px-4 pt-6 pb-20 sm:px-8 sm:pt-8">
      <Link
        to="/actions"
        className="-ml-1 inline-flex min-h-8 items-center gap-1.5 rounded-md px-1 text-ink-2 text-sm hover:text-ink max-md:min-h-10"
      >
        <ArrowLeft className="size-4" aria-hidden />
        {t('actions.title')}
      </Link>
      <h1 className="mt-2 mb-5 break-words font-semibold text-xl">{title}</h1>
      {gone ? (
        <EmptyState icon={Send} title={t('actions.goneTitle')} text={t('actions.goneText')}>
          <Link to="/actions" className={buttonStyles()}>
            {t('actions.toAll')}
          </Link>
        </EmptyState>
      ) : (
        <Loaded
          query={action}
          errorTitle={t('actions.oneErrorTitle')}
          layout={found ? 'inline' : 'page'}
          skeleton={<RowsSkeleton />}
          live
        >
          {(shown) => (
            <>
              <ActionCard key={shown.id} action={shown} />
              <Record action={shown} />
            </>
          )}
        </Loaded>
      )}
    </div>
  );
}
