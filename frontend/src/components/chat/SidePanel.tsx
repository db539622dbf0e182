import { ArrowLeft, Maximize2, X } from 'lucide-react';
import { type ComponentType, type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useNavigate } from 'react-router';
import { Button, buttonStyles } from '@/components/ui/Button';
import { usePlace } from '@/hooks/usePlace';
import type { LibraryDocument, Message } from '@/services/types';
import { sourceOrder } from '@/utils/citations';
import { fromClosest } from '@/utils/closest';
import { documentPath, passagePath } from '@/utils/paths';
import { ClosedCard, PassageCard } from './PassageCard';
import {
  cameFromSources,
  citationTarget,
  FROM_SOURCES,
  type PanelState,
  passageTarget,
  sourcesTarget,
} from './panelPaths';

/** What reads a document here; the page brings it, since documents are a subject of their own. */
export interface PanelViewerProps {
  documentId: string;
  version: number | undefined;
  passage: { start: number; end: number } | null;
  layout: 'panel';
  /** Stands before and behind the title: ways back. */
  leading: ReactNode;
  /** What else can be done with a document. */
  tools: (document: LibraryDocument) => ReactNode;
}

export interface SidePanelProps {
  viewer: ComponentType<PanelViewerProps>;
  tools: PanelViewerProps['tools'];
  panel: PanelState;
  /** The answer, also while it is being written; null when it is not among the messages at hand. */
  message: Message | null;
  onClose: () => void;
}

/** Beside the conversation: the sources of an answer in citation order, or one of them opened at the passage. */
export default function SidePanel({ viewer: Viewer, tools, panel, message, onClose }: SidePanelProps) {
  const { t } = useTranslation();
  const { document: open } = panel;
  const region = useRef<HTMLElement>(null);
  const opened = open ? `${open.id}-${open.passage?.start}` : 'sources';
  const navigate = useNavigate();
  const { state } = useLocation();
  const opener = useRef<Element | null>(null);
  const former = useRef<string | null>(null);

  useEffect(() => {
    // Whoever opened it by keyboard goes on reading here; Escape leads back.
    opener.current ??= document.activeElement;
    const card = former.current && region.current?.querySelector(`[data-place="${former.current}"] a`);
    (card instanceof HTMLElement ? card : region.current)?.focus({ preventScroll: !card });
    former.current = opened;
  }, [opened]);

  /** One step back: from a document to the list that it was opened from, else to the conversation. */
  function leave() {
    if (open && cameFromSources(state)) {
      navigate(-1);
      return;
    }
    const back = opener.current;
    onClose();
    if (back instanceof HTMLElement && back.isConnected) back.focus({ preventScroll: true });
  }

  const fullPath = open
    ? open.passage && open.version
      ? passagePath({ document_id: open.id, version: open.version, ...open.passage })
      : documentPath(open.id)
    : null;

  return (
    <section
      ref={region}
      tabIndex={-1}
      aria-label={t(open ? 'viewer.passage' : 'chat.sources')}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) {
          event.preventDefault();
          leave();
        }
      }}
      className="flex min-h-0 w-full animate-slide flex-col border-l bg-canvas outline-none max-lg:fixed max-lg:inset-0 max-lg:z-30 lg:w-[clamp(24rem,38vw,40rem)] lg:shrink-0"
    >
      {open ? (
        <div className="min-h-0 flex-1">
          <Viewer
            documentId={open.id}
            version={open.version}
            passage={open.passage}
            layout="panel"
            tools={tools}
            leading={
              <>
                <Link
                  to={sourcesTarget(panel.messageId)}
                  replace
                  aria-label={t('chat.backToSources')}
                  className={buttonStyles({ variant: 'ghost', size: 'icon' })}
                >
                  <ArrowLeft aria-hidden />
                </Link>
                {fullPath && (
                  <Link
                    to={fullPath}
                    aria-label={t('viewer.openFull')}
                    className={`${buttonStyles({ variant: 'ghost', size: 'icon' })} order-last`}
                  >
                    <Maximize2 aria-hidden />
                  </Link>
                )}
                <Button
                  variant="ghost"
                  size="icon"
                  aria-label={t('viewer.closePanel')}
                  onClick={onClose}
                  className="order-last"
                >
                  <X aria-hidden />
                </Button>
              </>
            }
          />
        </div>
      ) : (
        <>
          <header className="flex h-14 shrink-0 items-center justify-between border-b pr-2 pl-5">
            <h2 className="font-semibold text-md">{t('chat.sources')}</h2>
            <Button variant="ghost" size="icon" aria-label={t('chat.closeSources')} onClick={onClose}>
              <X aria-hidden />
            </Button>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto p-4">
            {message ? (
              <SourceList message={message} />
            ) : (
              <p className="text-base text-ink-2">{t('chat.sourcesNotHere')}</p>
            )}
          </div>
        </>
      )}
    </section>
  );
}

function SourceList({ message }: { message: Message }) {
  const { t } = useTranslation();
  const placeOf = usePlace();
  const cited = sourceOrder(message.citations ?? []);
  const citedDocuments = new Set(cited.map((citation) => citation.document_id));
  const others = (message.passages ?? []).filter((passage) => !citedDocuments.has(passage.document_id));
  return (
    <div className="space-y-6">
      {cited.length > 0 && (
        <section>
          <h3 className="mb-2 font-medium text-ink-3 text-sm tracking-normal">{t('chat.cited')}</h3>
          <ol className="space-y-2">
            {cited.map((citation) => (
              <li key={citation.index} data-place={`${citation.document_id}-${citation.start}`}>
                {citation.closed ? (
                  <ClosedCard index={citation.index} />
                ) : (
                  <PassageCard
                    state={FROM_SOURCES}
                    to={citationTarget(message.id, citation)}
                    index={citation.index}
                    title={citation.title}
                    text={citation.quote}
                    date={citation.modified_at}
                    place={placeOf(citation)}
                    connection={citation.connection}
                    support={citation.support}
                    quoted
                  />
                )}
              </li>
            ))}
          </ol>
        </section>
      )}
      {others.length > 0 && (
        <section>
          <h3 className="mb-2 font-medium text-ink-3 text-sm tracking-normal">{t('chat.alsoFound')}</h3>
          <ul className="space-y-2">
            {others.map((passage) => (
              <li
                key={`${passage.document_id}-${passage.start}`}
                data-place={`${passage.document_id}-${(passage.closest ?? passage).start}`}
              >
                <PassageCard
                  state={FROM_SOURCES}
                  to={passageTarget(message.id, { ...passage, ...passage.closest })}
                  title={passage.title}
                  {...fromClosest(passage)}
                  kind={passage.kind}
                  date={passage.modified_at}
                  place={placeOf(passage)}
                  connection={passage.connection}
                  superseded={passage.superseded_by != null}
                />
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
