import { Folder } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { SourceName } from '@/components/SourceName';
import type { SearchHit } from '@/services/types';
import { documentPath } from '@/utils/paths';

/** The folder that a document of a connection lies in, and where else the reader sees the same thing. */
export function Elsewhere({ hit, onOpen }: { hit: SearchHit; onOpen: () => void }) {
  const { t } = useTranslation();
  // A file that its source puts into no folder has its own name for a path.
  const folder = hit.connection && hit.path !== hit.title && hit.path;
  if (!folder && hit.also.length === 0) return null;
  return (
    <div className="mt-1.5 flex flex-wrap items-center gap-x-4 gap-y-1 text-ink-3 text-xs sm:ml-6.5">
      {folder && (
        <p className="flex min-w-0 items-center gap-1.5">
          <Folder className="size-3.5 shrink-0" aria-hidden />
          <span className="sr-only">{t('folders.label')}: </span>
          <span className="truncate" title={folder}>
            {folder}
          </span>
        </p>
      )}
      {hit.also.length > 0 && (
        <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
          <p>{t('search.also')}</p>
          <ul className="flex min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1">
            {hit.also.map((copy) => (
              <li key={copy.document_id} className="min-w-0">
                <Link
                  to={documentPath(copy.document_id)}
                  onClick={onOpen}
                  title={copy.title}
                  className="relative z-10 inline-flex min-h-6 max-w-full items-center rounded-md text-ink-2 underline decoration-line-strong underline-offset-2 hover:text-ink max-sm:min-h-9"
                >
                  <SourceName source={copy.source} connection={copy.connection} className="max-w-52" />
                </Link>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
