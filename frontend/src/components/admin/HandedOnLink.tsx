import { useTranslation } from 'react-i18next';
import { CopyBlock } from '@/components/ui/CopyBlock';
import { Notice } from '@/components/ui/Notice';
import { linkToHandOn } from '@/utils/linkToHandOn';

/** A link to be copied and handed on, which says so when nobody on another machine could open it. */
export function HandedOnLink({ link }: { link: string }) {
  const { t } = useTranslation();
  const handedOn = linkToHandOn(link, location);
  return (
    <div className="space-y-3">
      {handedOn.hereOnly && (
        <Notice tone="warn" title={t('admin.linkHereOnly')} text={t('admin.linkHereOnlyText')} />
      )}
      <CopyBlock label={t('admin.link')} text={handedOn.link} wrap />
    </div>
  );
}
