import { useTranslation } from 'react-i18next';
import type { Section } from '@/services/types';
import { cn } from '@/utils/cn';

const INDENT = ['pl-2.5', 'pl-2.5', 'pl-5', 'pl-8', 'pl-10'];

/** The headings (or else the pages) of a document, to jump to. */
export function Outline({
  sections,
  onJump,
}: {
  sections: readonly Section[];
  onJump: (section: Section) => void;
}) {
  const { t } = useTranslation();
  const entries = outlineOf(sections);
  if (entries.length < 2) return null;
  return (
    <nav aria-label={t('viewer.outline')}>
      <h2 className="px-2.5 pb-2 font-medium text-ink-3 text-xs tracking-normal">{t('viewer.outline')}</h2>
      <ul className="space-y-px">
        {entries.map((section) => (
          <li key={`${section.start}-${section.page}`}>
            <button
              type="button"
              onClick={() => onJump(section)}
              className={cn(
                'block w-full truncate rounded-md py-1 pr-2 text-left text-ink-2 text-sm transition-colors hover:bg-hover hover:text-ink max-md:py-2',
                INDENT[Math.min(section.level, INDENT.length - 1)],
              )}
            >
              {section.heading ?? t('viewer.pageNumber', { page: section.page })}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function outlineOf(sections: readonly Section[]): Section[] {
  const headed = sections.filter((section) => section.heading?.trim());
  return headed.length > 0 ? headed : sections.filter((section) => section.page !== null);
}
