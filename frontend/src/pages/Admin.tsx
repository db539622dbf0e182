import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useParams } from 'react-router';
import { ADMIN_TABS } from '@/components/admin/tabs';
import { RowsSkeleton } from '@/components/ui/RowsSkeleton';
import { Tabs } from '@/components/ui/Tabs';
import { usePageTitle } from '@/hooks/usePageTitle';
import NotFound from './NotFound';

/** Accounts and what happened to them, one tab at a time at `/admin/:tab`. */
export default function Admin() {
  const { t } = useTranslation();
  const { tab: id } = useParams();
  const tab = ADMIN_TABS.find((item) => item.id === id);
  usePageTitle(tab ? `${t(`tabs.admin.${tab.id}`)} · ${t('admin.title')}` : t('admin.title'));

  if (id === undefined) return <Navigate to={`/admin/${ADMIN_TABS[0].id}`} replace />;
  if (!tab) return <NotFound />;
  return (
    <div className="mx-auto w-full max-w-6xl px-4 pt-6 pb-20 sm:px-8 sm:pt-8">
      <h1 className="font-semibold text-xl">{t('admin.title')}</h1>
      <div className="mt-4">
        <Tabs
          layout="row"
          label={t('admin.title')}
          groups={[
            {
              tabs: ADMIN_TABS.map(({ id: name, icon }) => ({
                to: `/admin/${name}`,
                label: t(`tabs.admin.${name}`),
                icon,
              })),
            },
          ]}
        />
      </div>
      <div key={tab.id} className="@container mt-6 animate-rise">
        <Suspense fallback={<RowsSkeleton />}>
          <tab.page />
        </Suspense>
      </div>
    </div>
  );
}
