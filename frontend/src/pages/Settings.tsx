import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useParams } from 'react-router';
import { GROUPS, TABS } from '@/components/settings/tabs';
import { PanelSkeleton } from '@/components/ui/Panel';
import { Tabs } from '@/components/ui/Tabs';
import { usePageTitle } from '@/hooks/usePageTitle';
import NotFound from './NotFound';

/** One tab at a time, at `/settings/:tab`. */
export default function Settings() {
  const { t } = useTranslation();
  const { tab: id } = useParams();
  const tab = TABS.find((item) => item.id === id);
  usePageTitle(tab ? `${t(`tabs.settings.${tab.id}`)} · ${t('settings.title')}` : t('settings.title'));

  if (id === undefined) return <Navigate to={`/settings/${TABS[0].id}`} replace />;
  if (!tab) return <NotFound />;
  return (
    <div className="mx-auto w-full max-w-[58rem] px-4 pt-6 pb-20 sm:px-8 sm:pt-8">
      <h1 className="font-semibold text-xl">{t('settings.title')}</h1>
      <div className="mt-4 grid gap-x-10 gap-y-5 md:mt-6 md:grid-cols-[11rem_minmax(0,1fr)]">
        <Tabs
          layout="side"
          label={t('settings.title')}
          groups={GROUPS.map((group) => ({
            title: t(`settings.groups.${group}`),
            tabs: TABS.filter((item) => item.group === group).map(({ id: name, icon }) => ({
              to: `/settings/${name}`,
              label: t(`tabs.settings.${name}`),
              icon,
            })),
          }))}
        />
        <div key={tab.id} className="min-w-0 max-w-[40rem] animate-rise">
          <Suspense fallback={<PanelSkeleton label={t('common.loading')} />}>
            <tab.page />
          </Suspense>
        </div>
      </div>
    </div>
  );
}
