import { useQuery } from '@tanstack/react-query';
import { BookText, Braces, ExternalLink } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Loaded } from '@/components/ui/Loaded';
import { Fact, FactList, Panel, TabBody } from '@/components/ui/Panel';
import { getServerVersion } from '@/services/health';
import { Health } from './Health';

/** Which server this is, how it is, and where to read more. */
export default function About() {
  const { t } = useTranslation();
  const version = useQuery({
    queryKey: ['version'],
    queryFn: ({ signal }) => getServerVersion(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <TabBody title={t('tabs.settings.about')} text={t('settings.aboutText')}>
      <Panel>
        <Loaded query={version} errorTitle={t('settings.errorTitle')}>
          {(number) => (
            <FactList>
              <Fact label={t('settings.version')}>
                <span className="tabular-nums">BibliosAI {number}</span>
              </Fact>
              <Fact label={t('settings.address')}>{location.origin}</Fact>
              <Fact label={t('settings.licence')}>{t('settings.licenceText')}</Fact>
            </FactList>
          )}
        </Loaded>
      </Panel>
      <Panel title={t('settings.health')} text={t('settings.healthText')}>
        <Health />
      </Panel>
      <Panel title={t('settings.api')} text={t('settings.apiText')}>
        <ul className="space-y-1 text-base">
          <DocLink href="/docs" icon={BookText} text={t('settings.apiReference')} />
          <DocLink href="/openapi.json" icon={Braces} text={t('settings.apiSchema')} />
        </ul>
      </Panel>
    </TabBody>
  );
}

function DocLink({ href, icon: Icon, text }: { href: string; icon: typeof Braces; text: string }) {
  const { t } = useTranslation();
  return (
    <li>
      <a
        href={href}
        target="_blank"
        rel="noreferrer"
        className="inline-flex min-h-8 items-center gap-2 rounded font-medium text-accent-text underline-offset-4 hover:underline"
      >
        <Icon className="size-4" aria-hidden />
        {text}
        <ExternalLink className="size-3.5 text-ink-3" aria-hidden />
        <span className="sr-only">{t('settings.newTab')}</span>
      </a>
    </li>
  );
}
