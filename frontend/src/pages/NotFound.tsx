import { Compass } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { buttonStyles } from '@/components/ui/Button';
import { EmptyState } from '@/components/ui/EmptyState';
import { usePageTitle } from '@/hooks/usePageTitle';

export default function NotFound() {
  const { t } = useTranslation();
  usePageTitle(t('errors.notFoundTitle'));
  return (
    <div className="grid min-h-full place-items-center">
      <h1 className="sr-only">{t('errors.notFoundTitle')}</h1>
      <EmptyState icon={Compass} title={t('errors.notFoundTitle')} text={t('errors.notFoundText')}>
        <Link to="/" className={buttonStyles({ variant: 'primary' })}>
          {t('errors.notFoundHome')}
        </Link>
      </EmptyState>
    </div>
  );
}
