import { useQueryClient } from '@tanstack/react-query';
import { FolderUp } from 'lucide-react';
import {
  type DragEvent,
  lazy,
  type ReactNode,
  Suspense,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { useTranslation } from 'react-i18next';
import { UploadContext } from '@/contexts/UploadContext';
import { keys, tellOtherTabs } from '@/services/queries';
import { UploadQueue } from '@/services/uploadQueue';
import { droppedFiles, type PickedFile, pickedFiles } from '@/utils/dropped';
import { notice } from '@/utils/notice';

const UploadPanel = lazy(() => import('./UploadPanel'));

/** Lists follow an upload of many batches at this pace. */
const REFRESH_MS = 800;

const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files');

/** Takes files that are dropped anywhere on the content, and shows how their upload goes on. */
export function UploadArea({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [queue] = useState(() => new UploadQueue());
  const [over, setOver] = useState(false);
  const depth = useRef(0);
  const filesInput = useRef<HTMLInputElement>(null);
  const folderInput = useRef<HTMLInputElement>(null);
  const { entries, active } = useSyncExternalStore(queue.subscribe, queue.getSnapshot);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const stop = queue.onStored(() => {
      timer ??= setTimeout(() => {
        timer = null;
        void queries.invalidateQueries({ queryKey: keys.documents });
        tellOtherTabs();
      }, REFRESH_MS);
    });
    return () => {
      stop();
      if (timer) clearTimeout(timer);
    };
  }, [queue, queries]);

  useEffect(() => {
    if (!active) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [active]);

  const actions = useMemo(
    () => ({ pickFiles: () => filesInput.current?.click(), pickFolder: () => folderInput.current?.click() }),
    [],
  );

  function add(files: PickedFile[]) {
    if (files.length === 0) void notice('info', t('upload.nothing'));
    else queue.add(files);
  }

  function onPicked(input: HTMLInputElement) {
    if (input.files?.length) add(pickedFiles(input.files));
    input.value = '';
  }

  async function onDrop(event: DragEvent) {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth.current = 0;
    setOver(false);
    add(await droppedFiles(event.dataTransfer));
  }

  return (
    <UploadContext value={actions}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra; the buttons do the same by keyboard */}
      <div
        className="relative flex min-h-0 min-w-0 flex-1 flex-col"
        onDragEnter={(event) => {
          if (!hasFiles(event)) return;
          depth.current += 1;
          setOver(true);
        }}
        onDragLeave={(event) => {
          if (!hasFiles(event)) return;
          depth.current = Math.max(0, depth.current - 1);
          if (depth.current === 0) setOver(false);
        }}
        onDragOver={(event) => {
          if (hasFiles(event)) event.preventDefault();
        }}
        onDrop={(event) => void onDrop(event)}
      >
        {children}
        {over && (
          <div className="pointer-events-none absolute inset-3 z-30 grid animate-in place-items-center rounded-2xl border-2 border-accent border-dashed bg-canvas/90 backdrop-blur-sm">
            <div className="text-center">
              <FolderUp className="mx-auto size-8 text-accent-text" strokeWidth={1.5} aria-hidden />
              <p className="mt-3 text-lg font-semibold">{t('library.dropTitle')}</p>
              <p className="text-base text-ink-2">{t('library.dropText')}</p>
            </div>
          </div>
        )}
        {entries.length > 0 && (
          <Suspense>
            <UploadPanel queue={queue} />
          </Suspense>
        )}
      </div>
      <input
        ref={filesInput}
        type="file"
        multiple
        hidden
        data-testid="file-input"
        onChange={(event) => onPicked(event.currentTarget)}
      />
      <input
        ref={folderInput}
        type="file"
        multiple
        hidden
        data-testid="folder-input"
        {...{ webkitdirectory: '' }}
        onChange={(event) => onPicked(event.currentTarget)}
      />
    </UploadContext>
  );
}
