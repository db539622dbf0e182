import { useTranslation } from 'react-i18next';
import { Dialog } from '@/components/ui/Dialog';
import { Kbd } from '@/components/ui/Kbd';

const GROUPS = [
  {
    title: 'everywhere',
    items: [
      ['palette', 'mod+K'],
      ['newChat', 'mod+shift+O'],
      ['sidebar', 'mod+B'],
      ['list', 'mod+/'],
    ],
  },
  {
    title: 'chat',
    items: [
      ['composer', 'shift+escape'],
      ['send', 'enter'],
      ['newline', 'shift+enter'],
      ['stop', 'escape'],
      ['commands', '/'],
    ],
  },
  {
    title: 'lists',
    items: [
      ['search', '/'],
      ['results', 'down'],
      ['openResult', 'enter'],
    ],
  },
] as const;

export default function ShortcutList({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog open onOpenChange={onClose} title={t('shortcuts.title')}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <div className="space-y-5 overflow-y-auto p-5 pt-3" tabIndex={0}>
        {GROUPS.map((group) => (
          <section key={group.title}>
            <h3 className="mb-1 text-sm font-medium tracking-normal text-ink-3">
              {t(`shortcuts.${group.title}`)}
            </h3>
            <dl>
              {group.items.map(([name, keys]) => (
                <div key={name} className="flex items-center justify-between border-b py-2 last:border-0">
                  <dt>{t(`shortcuts.${name}`)}</dt>
                  <dd>
                    <Kbd keys={keys} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
