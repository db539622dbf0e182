import { useTranslation } from 'react-i18next';
import { Tooltip } from '@/components/ui/Tooltip';

/** Behind a sentence of a model that no passage says. */
export function NoSource() {
  const { t } = useTranslation();
  return (
    <Tooltip label={t('chat.noSourceText')}>
      <button
        type="button"
        aria-label={t('chat.noSourceText')}
        className="ml-1 cursor-help text-2xs text-ink-3 underline decoration-dotted underline-offset-4"
      >
        {t('chat.noSource')}
      </button>
    </Tooltip>
  );
}
