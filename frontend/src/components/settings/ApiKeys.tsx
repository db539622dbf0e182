import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { Ago } from '@/components/ui/Ago';
import { Button } from '@/components/ui/Button';
import { Chip } from '@/components/ui/Chip';
import { CopyBlock } from '@/components/ui/CopyBlock';
import { ConfirmDialog } from '@/components/ui/Dialog';
import { Loaded } from '@/components/ui/Loaded';
import { Panel, Row, TabBody } from '@/components/ui/Panel';
import { Segmented } from '@/components/ui/Segmented';
import { useApiKeys, useRevokeApiKey } from '@/hooks/useApiKeys';
import { useErrorText } from '@/hooks/useErrorText';
import type { ApiKey } from '@/services/types';
import { formatDate, formatDateTime } from '@/utils/format';
import { ApiKeyDialog } from './ApiKeyDialog';
import { endingOf, linesFor, OFFERED_SCOPES, type OfferedScope } from './keyUses';

/** Keys for scripts: made here, shown once, listed and revoked. */
export default function ApiKeys() {
  const { t } = useTranslation();
  const apiKeys = useApiKeys();
  const [making, setMaking] = useState(false);
  return (
    <TabBody title={t('tabs.settings.api-keys')} text={t('settings.keysText')}>
      <Panel
        title={t('settings.keys')}
        action={
          <Button variant="primary" onClick={() => setMaking(true)}>
            <Plus aria-hidden />
            {t('settings.keyCreate')}
          </Button>
        }
      >
        <Loaded query={apiKeys} errorTitle={t('settings.keysErrorTitle')}>
          {({ items }) =>
            items.length === 0 ? (
              <div className="flex flex-col items-center px-2 py-6 text-center">
                <span
                  aria-hidden
                  className="mb-4 grid size-11 place-items-center rounded-xl border bg-surface text-ink-3 shadow-sm"
                >
                  <KeyRound className="size-5" strokeWidth={1.75} />
                </span>
                <h4 className="font-semibold text-md">{t('settings.keysEmpty')}</h4>
                <p className="mt-1 max-w-96 text-pretty text-base text-ink-2">
                  {t('settings.keysEmptyText')}
                </p>
              </div>
            ) : (
              <ul className="divide-y">
                {items.map((item) => (
                  <KeyRow key={item.id} apiKey={item} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </Panel>
      <Use />
      {making && <ApiKeyDialog onClose={() => setMaking(false)} />}
    </TabBody>
  );
}

function KeyRow({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const revoke = useRevokeApiKey();
  const [asking, setAsking] = useState(false);
  const { id, name, hint, scopes, created_at, last_used_at, expires_at } = apiKey;
  const ending = endingOf(expires_at);
  const confirm = () =>
    revoke
      .mutateAsync(id)
      .then(
        () => toast.success(t('settings.keyRevoked', { name })),
        (error: unknown) =>
          toast.error(t('settings.keyRevokeFailed', { name }), { description: textOf(error) }),
      )
      .finally(() => setAsking(false));
  return (
    <Row
      icon={KeyRound}
      action={
        <Button
          size="sm"
          className="max-md:h-10"
          aria-label={t('settings.keyRevokeLabel', { name })}
          onClick={() => setAsking(true)}
        >
          {t('settings.keyRevoke')}
        </Button>
      }
    >
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span className="min-w-0 break-words font-medium">{name}</span>
        <code className="font-mono text-ink-3 text-xs">{hint}…</code>
        {ending === 'over' && <Chip tone="danger">{t('settings.keyExpired')}</Chip>}
        {ending === 'soon' && <Chip tone="warn">{t('settings.keyExpiresSoon')}</Chip>}
      </p>
      <ul aria-label={t('settings.keyScopes')} className="my-1 flex flex-wrap gap-1.5">
        {scopes.map((scope) => (
          <li key={scope}>
            <Chip>{t(`settings.scopes.${scope}`)}</Chip>
          </li>
        ))}
      </ul>
      <p className="text-ink-3 text-sm">
        {last_used_at ? (
          <Trans i18nKey="settings.keyUsed" components={{ used: <Ago at={last_used_at} /> }} />
        ) : (
          t('settings.keyUnused')
        )}
        {' · '}
        {expires_at ? (
          <time dateTime={expires_at} title={formatDateTime(expires_at)}>
            {t(ending === 'over' ? 'settings.keyEnded' : 'settings.keyEnds', {
              date: formatDate(expires_at),
            })}
          </time>
        ) : (
          t('settings.keyEndsNever')
        )}
        {' · '}
        <time dateTime={created_at} title={formatDateTime(created_at)}>
          {t('settings.keyMade', { date: formatDate(created_at) })}
        </time>
      </p>
      {asking && (
        <ConfirmDialog
          open
          onOpenChange={setAsking}
          title={t('settings.keyRevokeTitle', { name })}
          description={t('settings.keyRevokeText')}
          action={t('settings.keyRevoke')}
          busy={revoke.isPending}
          onConfirm={confirm}
        />
      )}
    </Row>
  );
}

/** A first call for each thing that a key can be for. */
function Use() {
  const { t } = useTranslation();
  const [use, setUse] = useState<OfferedScope>('read');
  return (
    <Panel title={t('settings.keyUse')} text={t('settings.keyUseText')}>
      <Segmented
        label={t('settings.keyUseFor')}
        value={use}
        onChange={setUse}
        options={OFFERED_SCOPES.map((value) => ({ value, label: t(`settings.keyUses.${value}`) }))}
      />
      <div className="mt-4">
        <CopyBlock label={t('settings.keyUseLines')} text={linesFor(use, location.origin)} />
      </div>
    </Panel>
  );
}
