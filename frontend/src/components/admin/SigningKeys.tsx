import { KeyRound, RotateCw } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { ConfirmAction } from '@/components/ConfirmAction';
import { Button } from '@/components/ui/Button';
import { Chip } from '@/components/ui/Chip';
import { Loaded } from '@/components/ui/Loaded';
import { Panel } from '@/components/ui/Panel';
import { useRotateSigningKeys, useSigningKeys } from '@/hooks/useWorkspace';
import type { SigningKey } from '@/services/types';
import { formatAgo, formatDateTime } from '@/utils/format';

export function SigningKeys() {
  const { t } = useTranslation();
  const found = useSigningKeys();
  const rotate = useRotateSigningKeys();
  const [asking, setAsking] = useState(false);
  return (
    <Panel title={t('admin.workspace.keys')} text={t('admin.workspace.keysText')}>
      <Loaded query={found} errorTitle={t('admin.workspace.keysError')}>
        {({ items, managed_here }) => (
          <>
            <ul className="divide-y">
              {items.map((item) => (
                <Key key={item.kid} item={item} />
              ))}
            </ul>
            {managed_here ? (
              <Button className="mt-4" onClick={() => setAsking(true)}>
                <RotateCw aria-hidden />
                {t('admin.workspace.rotate')}
              </Button>
            ) : (
              <p className="mt-4 text-pretty text-base text-ink-3">{t('admin.workspace.keysElsewhere')}</p>
            )}
          </>
        )}
      </Loaded>
      {asking && (
        <ConfirmAction
          title={t('admin.workspace.rotateTitle')}
          description={t('admin.workspace.rotateAsk')}
          action={t('admin.workspace.rotate')}
          variant="primary"
          run={() => rotate.mutateAsync().then(() => toast.success(t('admin.workspace.rotated')))}
          onClose={() => setAsking(false)}
        />
      )}
    </Panel>
  );
}

function Key({ item }: { item: SigningKey }) {
  const { t } = useTranslation();
  const { created_at: made, retired_at: retired } = item;
  return (
    <li className="flex items-center gap-3 py-2.5 first:pt-0 last:pb-0">
      <KeyRound className="size-4 shrink-0 text-ink-3" aria-hidden />
      <div className="min-w-0 flex-1">
        <p className="truncate font-mono text-sm" title={item.kid}>
          {item.kid}
        </p>
        <p className="text-ink-3 text-sm">
          {retired
            ? t('admin.workspace.keyRetired', { ago: formatAgo(retired) })
            : made
              ? t('admin.workspace.keyMade', { date: formatDateTime(made) })
              : t('admin.workspace.keySettings')}
        </p>
      </div>
      <Chip tone={item.status === 'signs' ? 'ok' : 'plain'}>
        {t(item.status === 'signs' ? 'admin.workspace.keySigns' : 'admin.workspace.keyVerifies')}
      </Chip>
    </li>
  );
}
