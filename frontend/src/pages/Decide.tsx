import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleCheck, CircleX, Link2Off } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { GoesOutAt } from '@/components/actions/GoesOutAt';
import { ActionPreview } from '@/components/actions/previews/ActionPreview';
import { RejectDialog } from '@/components/actions/RejectDialog';
import { StateChip } from '@/components/actions/StateChip';
import { Warnings } from '@/components/actions/Warnings';
import { Logo } from '@/components/Logo';
import { Button, buttonStyles } from '@/components/ui/Button';
import { EmptyState } from '@/components/ui/EmptyState';
import { Loaded } from '@/components/ui/Loaded';
import { Notice } from '@/components/ui/Notice';
import { RowsSkeleton } from '@/components/ui/RowsSkeleton';
import { useErrorText } from '@/hooks/useErrorText';
import { useFragment } from '@/hooks/useFragment';
import { usePageTitle } from '@/hooks/usePageTitle';
import { decideByLink } from '@/services/actions';
import { isApiError } from '@/services/problem';
import { keys } from '@/services/queries';
import type { MailedDecision } from '@/services/types';
import { titleOf } from '@/utils/actionTexts';
import { actionPath } from '@/utils/paths';

/** Somebody who was asked by mail decides here, without signing in. Opening it decides nothing. */
export default function Decide() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const token = useFragment().get('token') ?? '';
  const key = keys.mailedDecision(token);
  const opened = useQuery({
    queryKey: key,
    queryFn: () => decideByLink({ token }),
    enabled: token !== '',
    retry: false,
    refetchOnWindowFocus: false,
  });
  const decide = useMutation({
    mutationFn: (decision: Omit<Parameters<typeof decideByLink>[0], 'token'>) =>
      decideByLink({ token, ...decision }),
    onSuccess: (decided) => queries.setQueryData(key, decided),
    // What was refused may be something else by now.
    onError: () => queries.invalidateQueries({ queryKey: key }),
  });
  usePageTitle(t('actions.decideTitle'));

  if (token === '' || isApiError(opened.error, 'link_invalid')) {
    return (
      <Frame>
        <EmptyState icon={Link2Off} title={t('actions.linkInvalidTitle')} text={t('actions.linkInvalidText')}>
          <Link to="/actions" className={buttonStyles()}>
            {t('actions.toAll')}
          </Link>
        </EmptyState>
      </Frame>
    );
  }
  return (
    <Frame>
      <h1 className="mb-5 text-balance font-semibold text-xl">{t('actions.decideTitle')}</h1>
      <Loaded
        query={opened}
        errorTitle={t('actions.oneErrorTitle')}
        layout="inline"
        skeleton={<RowsSkeleton />}
      >
        {(shown) => (
          <Asked
            opened={shown}
            busy={decide.isPending}
            failure={decide.error}
            mine={decide.isSuccess ? (decide.variables.decision ?? null) : null}
            onApprove={(confirm) => decide.mutate({ decision: 'approve', confirm })}
            onReject={async (reason) => {
              await decide.mutateAsync({ decision: 'reject', reason });
            }}
          />
        )}
      </Loaded>
    </Frame>
  );
}

interface AskedProps {
  opened: MailedDecision;
  busy: boolean;
  failure: Error | null;
  /** What was decided here. */
  mine: 'approve' | 'reject' | null;
  onApprove: (confirm: string[]) => void;
  onReject: (reason: string | null) => Promise<void>;
}

function Asked({ opened: { state, action }, busy, failure, mine, onApprove, onReject }: AskedProps) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const [ticks, setTicks] = useState<{ hash: string; codes: readonly string[] }>({ hash: '', codes: [] });
  const [rejecting, setRejecting] = useState(false);
  const ticked = ticks.hash === action.hash ? ticks.codes : [];
  const needed = action.warnings.filter(({ confirm, code }) => confirm && !ticked.includes(code));
  const open = state === 'open';
  return (
    <section
      aria-label={titleOf(action) || t(`actions.untitled.${action.kind}`)}
      className="rounded-2xl border bg-surface shadow-sm"
    >
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b px-4 py-3 sm:px-5">
        <p className="min-w-0 flex-1 text-base text-ink-2">
          {t('actions.askedBy', { name: action.created_by_name ?? t('actions.actor.gone') })}
        </p>
        <StateChip status={action.status} />
      </header>
      <div className="space-y-4 p-4 sm:p-5">
        {mine ? (
          <p role="status" className="flex items-center gap-2.5 font-medium text-base">
            {mine === 'approve' ? (
              <CircleCheck className="size-4.5 text-ok" aria-hidden />
            ) : (
              <CircleX className="size-4.5 text-ink-3" aria-hidden />
            )}
            {t(mine === 'approve' ? 'actions.youApproved' : 'actions.youRejected')}
          </p>
        ) : state === 'changed' ? (
          <Notice tone="warn" title={t('actions.linkChangedTitle')} text={t('actions.linkChangedText')}>
            <Link
              to={actionPath(action.id)}
              className={buttonStyles({ size: 'sm', className: 'mt-3 max-md:h-10' })}
            >
              {t('actions.review')}
            </Link>
          </Notice>
        ) : (
          state === 'decided' && <Notice tone="plain" text={t('actions.linkDecided')} />
        )}
        {failure && open && (
          <Notice tone="danger" title={t('actions.nothingDecided')} text={textOf(failure)} />
        )}
        {state !== 'changed' && <ActionPreview action={action} />}
        {state !== 'changed' && <GoesOutAt action={action} />}
        {open && (
          <Warnings
            warnings={action.warnings}
            ticked={ticked}
            onTick={(code, on) =>
              setTicks({
                hash: action.hash,
                codes: on ? [...ticked, code] : ticked.filter((one) => one !== code),
              })
            }
          />
        )}
      </div>
      {open && (
        <footer className="flex flex-wrap items-center gap-2 border-t px-4 py-3.5 sm:px-5">
          <Button
            variant="primary"
            className="max-md:h-11"
            busy={busy}
            disabled={needed.length > 0}
            onClick={() => onApprove([...ticked])}
          >
            {t('actions.approve')}
          </Button>
          <Button className="max-md:h-11" onClick={() => setRejecting(true)}>
            {t('actions.reject')}
          </Button>
          {needed.length > 0 && <p className="text-base text-warn">{t('actions.tickFirst')}</p>}
        </footer>
      )}
      {rejecting && <RejectDialog reject={onReject} onClose={() => setRejecting(false)} />}
    </section>
  );
}

const Frame = ({ children }: { children: ReactNode }) => (
  <main className="mx-auto min-h-dvh w-full max-w-[46rem] px-4 py-8 sm:px-8">
    <div className="mb-8">
      <Logo />
    </div>
    {children}
  </main>
);
