import { useTranslation } from 'react-i18next';
import { Notice } from '@/components/ui/Notice';

/** Said where passwords are typed, while everybody on the network could read them. */
export function PlainHttpNotice() {
  const { t } = useTranslation();
  // Loopback addresses are secure contexts, also over http.
  if (window.isSecureContext !== false) return null;
  return (
    <div className="mb-5">
      <Notice tone="warn" title={t('auth.plainHttpTitle')} text={t('auth.plainHttpText')} />
    </div>
  );
}
