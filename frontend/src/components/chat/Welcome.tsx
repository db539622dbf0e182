import { ArrowUpRight, FolderUp, LoaderCircle, Sparkles } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Skeleton } from '@/components/Skeleton';
import { useUser } from '@/contexts/AuthContext';
import { useUploadActions } from '@/contexts/UploadContext';
import { useChatConfig } from '@/hooks/useChatConfig';
import { useLibraryState, useSuggestions } from '@/hooks/useLibraryState';
import { useLoadDemo } from '@/hooks/useLoadDemo';

/** Before the first question: what to read when the library is empty, what to ask when it is not. */
export function Welcome({ onAsk, composer }: { onAsk: (question: string) => void; composer: ReactNode }) {
  const { t } = useTranslation();
  const user = useUser();
  const library = useLibraryState();
  const empty = library.data?.total === 0;
  const unfinished = library.data?.unfinished ?? 0;
  const firstName = user.name.split(' ')[0] || user.email.split('@')[0];

  return (
    <div className="flex min-h-full flex-col items-center justify-center px-4 py-10">
      <div className="w-full max-w-[42rem]">
        <h1 className="text-center font-semibold text-2xl tracking-[-0.028em] sm:text-[2rem] sm:leading-10">
          {empty ? t('chat.firstTitle', { name: firstName }) : t('chat.welcomeTitle')}
        </h1>
        <p className="mx-auto mt-2.5 max-w-[34rem] text-balance text-center text-ink-2 text-md">
          {empty ? t('chat.firstText') : t('chat.welcomeText')}
        </p>
        <div className="mt-8">{empty ? <FirstSteps /> : composer}</div>
        {unfinished > 0 && (
          <p role="status" className="mt-4 flex items-center justify-center gap-2 text-ink-3 text-sm">
            <LoaderCircle className="size-3.5 animate-spin" aria-hidden />
            {t('chat.indexing', { count: unfinished })}
          </p>
        )}
        {!empty && <Suggestions onAsk={onAsk} enabled={library.data !== undefined} />}
        {empty && <div className="mt-6">{composer}</div>}
      </div>
    </div>
  );
}

function FirstSteps() {
  const { t } = useTranslation();
  const { pickFiles } = useUploadActions();
  const config = useChatConfig();
  const demo = useLoadDemo();
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      {config.data?.demo_available !== false && (
        <Step
          icon={demo.isPending ? <LoaderCircle className="animate-spin" /> : <Sparkles />}
          title={t('chat.firstDemo')}
          text={t('chat.firstDemoText')}
          onClick={() => demo.mutate()}
          busy={demo.isPending}
        />
      )}
      <Step
        icon={<FolderUp />}
        title={t('chat.firstFiles')}
        text={t('chat.firstFilesText')}
        onClick={pickFiles}
      />
    </div>
  );
}

interface StepProps {
  icon: ReactNode;
  title: string;
  text: string;
  busy?: boolean;
  onClick: () => void;
}

const Step = ({ icon, title, text, busy = false, onClick }: StepProps) => (
  <button
    type="button"
    aria-busy={busy || undefined}
    onClick={busy ? undefined : onClick}
    className="flex flex-col items-start rounded-2xl border bg-surface p-5 text-left shadow-sm transition-[border-color,box-shadow,transform] duration-150 hover:border-accent/50 hover:shadow-md active:scale-[0.99]"
  >
    <span
      aria-hidden
      className="grid size-9 place-items-center rounded-lg bg-accent-soft text-accent-text [&_svg]:size-[1.125rem]"
    >
      {icon}
    </span>
    <span className="mt-3.5 block font-semibold text-md">{title}</span>
    <span className="mt-1 block text-pretty text-base text-ink-2">{text}</span>
  </button>
);

function Suggestions({ onAsk, enabled }: { onAsk: (question: string) => void; enabled: boolean }) {
  const suggestions = useSuggestions(enabled);
  if (suggestions.isPending) {
    return (
      <div aria-hidden className="mt-7 space-y-px">
        {['w-3/4', 'w-2/3', 'w-4/5', 'w-3/5'].map((width) => (
          <div key={width} className="flex h-11 items-center px-3">
            <Skeleton className={`h-3.5 ${width}`} />
          </div>
        ))}
      </div>
    );
  }
  // Suggestions are an extra: when they cannot be had, the field alone is enough.
  if (!suggestions.data?.length) return null;
  return (
    <ul className="mt-7 animate-rise divide-y">
      {suggestions.data.map((question) => (
        <li key={question}>
          <button
            type="button"
            onClick={() => onAsk(question)}
            className="group flex min-h-11 w-full items-center justify-between gap-4 rounded-lg px-3 py-2 text-left text-base text-ink-2 transition-colors hover:bg-hover hover:text-ink"
          >
            {question}
            <ArrowUpRight
              className="size-4 shrink-0 text-ink-3 opacity-0 transition-opacity group-hocus:opacity-100 group-hover:opacity-100"
              aria-hidden
            />
          </button>
        </li>
      ))}
    </ul>
  );
}
