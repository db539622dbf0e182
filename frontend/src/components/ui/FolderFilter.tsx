import { ChevronRight, Folder } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useFolders } from '@/hooks/useFolders';
import type { FolderScope } from '@/services/documents';
import { formatNumber } from '@/utils/format';
import { moveFocus } from '@/utils/moveFocus';
import { FilterButton } from './FilterButton';
import { Popover, PopoverContent, PopoverTrigger } from './Popover';

interface FolderFilterProps {
  /** Where folders are offered: in all of what the reader sees, or of one connection or source. */
  scope: Omit<FolderScope, 'under'>;
  value: string | undefined;
  onChange: (path: string | undefined) => void;
}

/** A folder of the sources, chosen step by step. Not there while nothing lies in folders. */
export function FolderFilter({ scope, value, onChange }: FolderFilterProps) {
  const { t } = useTranslation();
  const outermost = useFolders(scope);
  if (!value && !outermost.data?.items.length) return null;
  return (
    <Popover>
      <PopoverTrigger asChild>
        <FilterButton label={t('folders.label')} chosen={value && stepsOf(value).at(-1)?.name} />
      </PopoverTrigger>
      <PopoverContent aria-label={t('folders.label')} className="w-72">
        <Picker scope={scope} value={value} onChange={onChange} />
      </PopoverContent>
    </Popover>
  );
}

function Picker({ scope, value, onChange }: FolderFilterProps) {
  const { t } = useTranslation();
  const heading = useId();
  const inside = useFolders({ ...scope, under: value });
  const folders = inside.data?.items ?? [];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys move between the buttons inside
    <div onKeyDown={moveFocus} className="flex min-h-0 flex-col">
      <nav aria-label={t('folders.way')} className="border-b p-1.5">
        <ol className="flex flex-wrap items-center gap-y-0.5 text-sm">
          {[{ name: t('folders.all'), path: undefined }, ...stepsOf(value ?? '')].map(({ name, path }) => (
            <li key={path ?? ''} className="flex min-w-0 items-center">
              {path !== undefined && <ChevronRight className="size-3.5 shrink-0 text-ink-3" aria-hidden />}
              <button
                type="button"
                data-choice
                aria-current={path === value ? 'location' : undefined}
                onClick={() => onChange(path)}
                className="min-h-7 max-w-full truncate rounded-md px-1.5 text-ink-2 hover:bg-hover hover:text-ink focus-visible:bg-hover aria-[current]:font-semibold aria-[current]:text-ink max-md:min-h-9"
              >
                {name}
              </button>
            </li>
          ))}
        </ol>
      </nav>
      <p id={heading} className="sr-only">
        {t('folders.inside', { folder: value ?? t('folders.all') })}
      </p>
      <ul
        aria-labelledby={heading}
        aria-busy={inside.isPlaceholderData}
        className="min-h-0 max-h-72 overflow-y-auto p-1"
      >
        {folders.map(({ name, path, documents }) => (
          <li key={path}>
            <button
              type="button"
              data-choice
              onClick={() => onChange(path)}
              className="flex min-h-8 w-full items-center gap-2.5 rounded-md px-2.5 text-left text-base hover:bg-hover focus-visible:bg-hover max-md:min-h-10"
            >
              <Folder className="size-4 shrink-0 text-ink-3" aria-hidden />
              <span className="min-w-0 flex-1 truncate" title={name}>
                {name}
              </span>
              <span className="shrink-0 text-ink-3 text-xs tabular-nums">
                <span className="sr-only">, </span>
                {formatNumber(documents)}
                <span className="sr-only"> {t('folders.documents', { count: documents })}</span>
              </span>
            </button>
          </li>
        ))}
        {folders.length === 0 && !inside.isPending && (
          <li className="px-2.5 py-2 text-ink-3 text-sm">{t('folders.none')}</li>
        )}
        {inside.data?.more && <li className="px-2.5 py-2 text-ink-3 text-sm">{t('folders.more')}</li>}
      </ul>
    </div>
  );
}

/** The folders that lead to one, itself included. */
function stepsOf(path: string): { name: string; path: string }[] {
  const names = path.split('/').filter(Boolean);
  return names.map((name, place) => ({ name, path: names.slice(0, place + 1).join('/') }));
}
