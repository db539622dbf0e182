import { Keyboard } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/Button';
import { Kbd } from '@/components/ui/Kbd';
import { Panel, TabBody } from '@/components/ui/Panel';
import { useShell } from '@/contexts/ShellContext';
import { setTheme, THEMES, useTheme } from '@/hooks/useTheme';
import { cn } from '@/utils/cn';
import { ThemePreview } from './ThemePreview';

/** How the pages look on this device. */
export default function Appearance() {
  const { t } = useTranslation();
  const theme = useTheme();
  const { openShortcuts } = useShell();
  return (
    <TabBody title={t('tabs.settings.appearance')} text={t('settings.appearanceText')}>
      <Panel title={t('nav.theme')} text={t('settings.themeText')}>
        <fieldset className="grid grid-cols-3 gap-2 sm:gap-3">
          <legend className="sr-only">{t('nav.theme')}</legend>
          {THEMES.map((item) => (
            <label
              key={item}
              className={cn(
                'relative cursor-pointer rounded-xl border p-2 text-center font-medium text-base transition-colors has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2',
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
              <ThemePreview theme={item} />
              <span className="mt-2 block">{t(`theme.${item}`)}</span>
            </label>
          ))}
        </fieldset>
      </Panel>
      <Panel title={t('nav.shortcuts')} text={t('settings.shortcutsText')}>
        <Button onClick={openShortcuts}>
          <Keyboard aria-hidden />
          {t('settings.showShortcuts')}
          <Kbd keys="mod+/" />
        </Button>
      </Panel>
    </TabBody>
  );
}
