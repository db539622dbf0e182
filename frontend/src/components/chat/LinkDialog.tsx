import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { Button, buttonStyles } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { Notice } from '@/components/ui/Notice';
import { copyToClipboard } from '@/utils/copyToClipboard';
import type { OutsideLink } from '@/utils/outsideLink';

/** Shows where a link of an answer leads, in full, before it is opened. */
export default function LinkDialog({ link, onClose }: { link: OutsideLink; onClose: () => void }) {
  const { t } = useTranslation();
  const onCopy = () =>
    copyToClipboard(link.href).then(
      () => toast.success(t('common.copied')),
      () => toast.error(t('common.copyFailed')),
    );
  return (
    <Dialog open onOpenChange={onClose} title={t('chat.link.title')} description={t('chat.link.text')}>
      <div className="min-h-0 space-y-3 overflow-y-auto px-5 pt-3">
        <p
          dir="ltr"
          data-testid="address-in-full"
          className="max-h-48 overflow-y-auto break-all rounded-lg bg-hover px-3 py-2.5 font-mono text-ink-2 text-sm"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a long address is scrolled by keyboard
          tabIndex={0}
        >
          {link.before}
          <strong className="font-semibold text-ink">{link.domain}</strong>
          {link.after}
        </p>
        <p className="text-base">
          {t('chat.link.leadsTo')} <strong className="break-all">{link.domain}</strong>
        </p>
        {link.written && (
          <Notice tone="warn" layout="line" text={t('chat.link.written', { written: link.written })} />
        )}
        {link.hasUser && <Notice tone="warn" layout="line" text={t('chat.link.user')} />}
      </div>
      <footer className="flex flex-wrap justify-end gap-2 p-5 pt-4">
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button onClick={() => void onCopy()}>{t('chat.link.copy')}</Button>
        <a
          href={link.href}
          target="_blank"
          rel="noopener noreferrer nofollow"
          onClick={onClose}
          className={buttonStyles({ variant: 'primary' })}
        >
          {t('chat.link.open')}
        </a>
      </footer>
    </Dialog>
  );
}
