import { UserRoundX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Logo } from '@/components/Logo';
import { buttonStyles } from '@/components/ui/Button';
import { EmptyState } from '@/components/ui/EmptyState';
import { usePageTitle } from '@/hooks/usePageTitle';

/** Where every tab of a person ends who has deleted their account. */
export default function AccountDeleted() {
  const { t } = useTranslation();
  usePageTitle(t('accountDeleted.title'));
  return (
    <main className="flex min-h-dvh flex-col px-6 py-8 sm:px-10">
      <h1 className="flex">
        <Logo />
      </h1>
      <div className="grid flex-1 place-items-center">
        <EmptyState icon={UserRoundX} title={t('accountDeleted.title')} text={t('accountDeleted.text')}>
          <Link to="/login" className={buttonStyles()}>
            {t('accountDeleted.toLogin')}
          </Link>
        </EmptyState>
      </div>
    </main>
  );
}
