import { Link2, UserRound } from 'lucide-react';
import { useState } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { ErrorMessage } from '@/components/ErrorMessage';
import { Ago } from '@/components/ui/Ago';
import { Button } from '@/components/ui/Button';
import { ConfirmDialog } from '@/components/ui/Dialog';
import { Panel, PanelSkeleton, Row } from '@/components/ui/Panel';
import { useErrorText } from '@/hooks/useErrorText';
import { useLinkAccount, useLinkedAccounts, useUnlinkAccount } from '@/hooks/useLinkedAccounts';
import { useProviders } from '@/hooks/useProviders';
import { failureOf } from '@/services/queries';
import type { LinkedAccount } from '@/services/types';

/** Accounts at providers that lead in here; absent where none is offered and none is linked. */
export function LinkedAccounts() {
  const { t } = useTranslation();
  const providers = useProviders();
  const linked = useLinkedAccounts();
  const failed = [providers, linked].find((query) => failureOf(query));
  if (failed) {
    return (
      <Panel title={t('settings.linked')}>
        <ErrorMessage
          title={t('settings.linkedErrorTitle')}
          error={failureOf(failed)}
          layout="inline"
          onRetry={() => void failed.refetch()}
        />
      </Panel>
    );
  }
  if (!providers.data || !linked.data) {
    return (
      <Panel title={t('settings.linked')}>
        <PanelSkeleton label={t('common.loading')} />
      </Panel>
    );
  }
  const items = linked.data.items;
  const offered = providers.data.filter(({ name }) => !items.some(({ provider }) => provider === name));
  if (items.length + offered.length === 0) return null;
  return (
    <Panel title={t('settings.linked')} text={t('settings.linkedText')}>
      <ul className="divide-y">
        {items.map((item) => (
          <Linked key={item.provider} account={item} />
        ))}
        {offered.map(({ name, label }) => (
          <Offered key={name} name={name} label={label} />
        ))}
      </ul>
    </Panel>
  );
}

function Linked({
  account: { provider, label, email, linked_at, last_used_at },
}: {
  account: LinkedAccount;
}) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const unlink = useUnlinkAccount();
  const [asking, setAsking] = useState(false);
  const confirm = () =>
    unlink
      .mutateAsync(provider)
      .then(
        () => toast.success(t('settings.unlinked', { provider: label })),
        (error: unknown) =>
          toast.error(t('settings.unlinkFailed', { provider: label }), { description: textOf(error) }),
      )
      .finally(() => setAsking(false));
  return (
    <Row
      icon={UserRound}
      action={
        <Button
          aria-label={t('settings.unlinkLabel', { provider: label })}
          className="max-md:h-10"
          size="sm"
          onClick={() => setAsking(true)}
        >
          {t('settings.unlink')}
        </Button>
      }
    >
      <p className="font-medium">{label}</p>
      {email && <p className="break-words text-ink-2">{email}</p>}
      <p className="text-ink-3 text-sm">
        <Trans
          i18nKey="settings.linkedFacts"
          components={{ since: <Ago at={linked_at} />, used: <Ago at={last_used_at} /> }}
        />
      </p>
      {asking && (
        <ConfirmDialog
          open
          onOpenChange={setAsking}
          title={t('settings.unlinkTitle', { provider: label })}
          description={t('settings.unlinkText', { provider: label })}
          action={t('settings.unlink')}
          busy={unlink.isPending}
          onConfirm={confirm}
        />
      )}
    </Row>
  );
}

function Offered({ name, label }: { name: string; label: string }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const link = useLinkAccount();
  const start = () =>
    link
      .mutateAsync(name)
      .catch((error: unknown) =>
        toast.error(t('settings.linkFailed', { provider: label }), { description: textOf(error) }),
      );
  return (
    <Row
      icon={Link2}
      action={
        <Button
          aria-label={t('settings.linkLabel', { provider: label })}
          className="max-md:h-10"
          size="sm"
          // Until the browser has left for the provider.
          busy={link.isPending || link.isSuccess}
          onClick={start}
        >
          {t('settings.link')}
        </Button>
      }
    >
      <p className="font-medium">{label}</p>
      <p className="text-ink-3 text-sm">{t('settings.notLinked')}</p>
    </Row>
  );
}
