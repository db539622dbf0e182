import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyBlock } from '@/components/ui/CopyBlock';
import { Loaded } from '@/components/ui/Loaded';
import { Fact, FactList, Panel, TabBody } from '@/components/ui/Panel';
import { Segmented } from '@/components/ui/Segmented';
import { useUser } from '@/contexts/AuthContext';
import { useChatConfig } from '@/hooks/useChatConfig';
import { environmentOf, PRESETS, type Preset } from './modelPresets';

/** How questions are answered here, and how to have a language model word the answers. */
export default function Answers() {
  const { t } = useTranslation();
  const config = useChatConfig();
  const administers = useUser().role === 'admin';
  return (
    <TabBody title={t('tabs.settings.answers')} text={t('settings.answersText')}>
      <Panel>
        <Loaded query={config} errorTitle={t('settings.errorTitle')}>
          {({ mode, model, admins_see_questions }) => (
            <>
              <FactList>
                <Fact label={t('settings.mode')}>{t(`settings.modes.${mode}`)}</Fact>
                {model && (
                  <Fact label={t('settings.model')}>
                    <code className="font-mono text-sm">{model}</code>
                  </Fact>
                )}
                <Fact label={t('settings.whoReads')}>
                  {t(admins_see_questions ? 'settings.adminsRead' : 'settings.adminsUnread')}
                </Fact>
              </FactList>
              <p className="mt-3 text-pretty text-base text-ink-2">{t(`settings.modesText.${mode}`)}</p>
            </>
          )}
        </Loaded>
      </Panel>
      {administers ? (
        <PlugIn connected={config.data?.mode === 'model'} />
      ) : (
        <p className="px-1 text-pretty text-base text-ink-3">{t('settings.plugMembers')}</p>
      )}
    </TabBody>
  );
}

function PlugIn({ connected }: { connected: boolean }) {
  const { t } = useTranslation();
  const [preset, setPreset] = useState<Preset>('ollama');
  return (
    <Panel title={t(connected ? 'settings.plugChange' : 'settings.plug')} text={t('settings.plugText')}>
      <div className="-mx-1 overflow-x-auto px-1 pb-1">
        <Segmented
          label={t('settings.plugKind')}
          value={preset}
          onChange={setPreset}
          options={PRESETS.map((value) => ({ value, label: t(`settings.presets.${value}`) }))}
        />
      </div>
      <ol className="mt-4 list-decimal space-y-3 pl-5 text-base text-ink-2 marker:text-ink-3">
        <li>
          {t('settings.plugStepLines')}
          <div className="mt-2 -ml-5">
            <CopyBlock label={t('settings.plugLines')} text={environmentOf(preset)} />
          </div>
        </li>
        <li>{t('settings.plugStepRestart')}</li>
        <li>{t('settings.plugStepCheck')}</li>
      </ol>
      <p className="mt-4 text-pretty text-ink-3 text-sm">
        {t(preset === 'openai' ? 'settings.plugLeaves' : 'settings.plugStays')}
      </p>
    </Panel>
  );
}
