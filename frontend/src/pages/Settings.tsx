import { useQuery } from '@tanstack/react-query';
import { LogOut, Monitor, Moon, Sun } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { ErrorMessage } from '@/components/ErrorMessage';
import { Skeleton } from '@/components/Skeleton';
import { Button } from '@/components/ui/Button';
import { useAuth, useUser } from '@/contexts/AuthContext';
import { useChatConfig } from '@/hooks/useChatConfig';
import { useErrorText } from '@/hooks/useErrorText';
import { usePageTitle } from '@/hooks/usePageTitle';
import { setTheme, THEMES, useTheme } from '@/hooks/useTheme';
import { getReadiness } from '@/services/health';
import { cn } from '@/utils/cn';

const ICONS = { light: Sun, dark: Moon, system: Monitor } as const;
const ENVIRONMENT = 'BIBLIOS_LLM_BASE_URL=http://localhost:11434/v1\nBIBLIOS_LLM_MODEL=llama3.2';

export default function Settings() {
  const { t } = useTranslation();
  usePageTitle(t('settings.title'));
  return (
    <div className="mx-auto w-full max-w-[46rem] px-4 pt-6 pb-20 sm:px-8 sm:pt-8">
      <h1 className="font-semibold text-xl">{t('settings.title')}</h1>
      <div className="mt-2 divide-y">
        <Appearance />
        <Account />
        <Answers />
        <Health />
      </div>
    </div>
  );
}

const Part = ({ title, text, children }: { title: string; text: string; children: ReactNode }) => (
  <section className="grid gap-x-10 gap-y-4 py-7 sm:grid-cols-[13rem_1fr]">
    <div>
      <h2 className="font-semibold text-md">{title}</h2>
      <p className="mt-0.5 text-base text-ink-3">{text}</p>
    </div>
    <div className="min-w-0">{children}</div>
  </section>
);

function Appearance() {
  const { t } = useTranslation();
  const theme = useTheme();
  return (
    <Part title={t('settings.appearance')} text={t('settings.appearanceText')}>
      <fieldset className="grid grid-cols-3 gap-2">
        <legend className="sr-only">{t('nav.theme')}</legend>
        {THEMES.map((item) => {
          const Icon = ICONS[item];
          return (
            <label
              key={item}
              className={cn(
                'relative flex cursor-pointer flex-col items-center gap-2 rounded-xl border px-3 py-4 font-medium text-base transition-colors has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2',
                item === theme
                  ? 'border-accent bg-accent-soft text-accent-text'
                  : 'text-ink-2 hover:bg-hover',
              )}
            >
              <input
                type="radio"
                name="theme"
                value={item}
                checked={item === theme}
                onChange={() => setTheme(item)}
                className="absolute inset-0 cursor-pointer opacity-0"
              />
              <Icon className="size-5" strokeWidth={1.75} aria-hidden />
              {t(`theme.${item}`)}
            </label>
          );
        })}
      </fieldset>
    </Part>
  );
}

const Fact = ({ label, children }: { label: string; children: ReactNode }) => (
  <div className="grid grid-cols-[8rem_1fr] gap-3 border-b py-2.5 text-base last:border-0">
    <dt className="text-ink-3">{label}</dt>
    <dd className="min-w-0 break-words">{children}</dd>
  </div>
);

function Account() {
  const { t } = useTranslation();
  const user = useUser();
  const { logout } = useAuth();
  const textOf = useErrorText();
  const signOut = () =>
    logout().catch((error: unknown) => toast.error(t('auth.logoutFailed'), { description: textOf(error) }));
  return (
    <Part title={t('settings.account')} text={t('settings.accountText')}>
      <dl>
        {user.name && <Fact label={t('settings.name')}>{user.name}</Fact>}
        <Fact label={t('settings.email')}>{user.email}</Fact>
        <Fact label={t('settings.role')}>{t(`settings.roles.${user.role}`)}</Fact>
      </dl>
      <div className="mt-4 flex flex-wrap items-center gap-3">
        <Button onClick={() => void signOut()}>
          <LogOut aria-hidden />
          {t('settings.signOut')}
        </Button>
        <span className="text-ink-3 text-sm">{t('settings.signOutText')}</span>
      </div>
    </Part>
  );
}

function Answers() {
  const { t } = useTranslation();
  const config = useChatConfig();
  return (
    <Part title={t('settings.answers')} text={t('settings.answersText')}>
      {config.isPending ? (
        <PartSkeleton />
      ) : config.isError ? (
        <ErrorMessage
          title={t('settings.errorTitle')}
          error={config.error}
          layout="inline"
          onRetry={() => void config.refetch()}
        />
      ) : (
        <>
          <dl>
            <Fact label={t('settings.mode')}>{t(`settings.modes.${config.data.mode}`)}</Fact>
            {config.data.model && (
              <Fact label={t('settings.model')}>
                <code className="font-mono text-sm">{config.data.model}</code>
              </Fact>
            )}
          </dl>
          <p className="mt-3 text-pretty text-base text-ink-2">
            {t(config.data.mode === 'model' ? 'settings.modelText' : 'settings.extractiveText')}
          </p>
          {config.data.mode === 'extractive' && (
            <pre className="mt-3 overflow-x-auto rounded-xl border bg-sunken p-3.5 font-mono text-xs leading-relaxed">
              {ENVIRONMENT}
            </pre>
          )}
        </>
      )}
    </Part>
  );
}

function Health() {
  const { t } = useTranslation();
  const health = useQuery({
    queryKey: ['readiness'],
    queryFn: ({ signal }) => getReadiness(signal),
    refetchInterval: 15_000,
  });
  return (
    <Part title={t('settings.health')} text={t('settings.healthText')}>
      {health.isPending ? (
        <PartSkeleton />
      ) : health.isError ? (
        <ErrorMessage
          title={t('settings.errorTitle')}
          error={health.error}
          layout="inline"
          onRetry={() => void health.refetch()}
        />
      ) : (
        <ul>
          {Object.entries(health.data.dependencies).map(([name, { status, latency_ms, detail }]) => (
            <li
              key={name}
              className="flex flex-wrap items-baseline gap-x-3 border-b py-2.5 text-base last:border-0"
            >
              <span
                aria-hidden
                className={cn('size-2 rounded-full', status === 'ok' ? 'bg-ok' : 'bg-danger')}
              />
              <span className="capitalize">{name.replaceAll('_', ' ')}</span>
              <span className={cn('ml-auto text-sm', status === 'ok' ? 'text-ink-3' : 'text-danger')}>
                {status === 'ok' ? t('settings.healthLatency', { ms: latency_ms }) : t('settings.healthDown')}
              </span>
              {detail && <span className="w-full pl-5 text-ink-3 text-sm">{detail}</span>}
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}

const PartSkeleton = () => (
  <div className="space-y-4 py-2">
    <Skeleton className="h-4 w-2/3" />
    <Skeleton className="h-4 w-1/2" />
  </div>
);
