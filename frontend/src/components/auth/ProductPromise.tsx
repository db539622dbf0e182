import { FileText } from 'lucide-react';
import { useTranslation } from 'react-i18next';

/** What the product does, shown by doing it once: an answer, its source, the exact words. */
export function ProductPromise() {
  const { t } = useTranslation();
  return (
    <aside className="hidden flex-col justify-center border-l bg-sidebar px-[clamp(2.5rem,6vw,6.5rem)] py-14 lg:flex">
      <h2 className="max-w-[15ch] text-3xl font-semibold tracking-[-0.03em]">{t('promise.headline')}</h2>
      <p className="mt-4 max-w-[46ch] text-pretty text-md text-ink-2">{t('promise.text')}</p>

      <figure className="relative mt-10 max-w-[34rem]" aria-label={t('promise.example')}>
        <div className="rounded-2xl border bg-surface p-5 shadow-md">
          <p className="text-sm font-medium text-ink-3">{t('promise.question')}</p>
          <p className="mt-2.5 text-lg leading-relaxed">
            {t('promise.answerOne')} <ChipSample>1</ChipSample> {t('promise.answerTwo')}{' '}
            <ChipSample>2</ChipSample>
          </p>
        </div>
        <div aria-hidden className="ml-12 h-6 w-px bg-line-strong" />
        <div className="rounded-2xl border bg-surface p-5 shadow-md">
          <p className="flex items-center gap-2 text-sm font-medium">
            <FileText className="size-4 text-ink-3" strokeWidth={1.75} aria-hidden />
            {t('promise.source')}
            <span className="ml-auto text-xs font-normal text-ink-3">{t('promise.sourceDate')}</span>
          </p>
          <p className="mt-3 text-base leading-relaxed text-ink-2">
            {t('promise.passageBefore')}
            <mark className="passage [animation-delay:500ms] [animation-fill-mode:backwards]">
              {t('promise.passageMark')}
            </mark>
            {t('promise.passageAfter')}
          </p>
        </div>
      </figure>

      <ul className="mt-10 space-y-2.5 text-base text-ink-2">
        {(['pointOne', 'pointTwo', 'pointThree'] as const).map((point) => (
          <li key={point} className="flex items-baseline gap-3">
            <span
              aria-hidden
              className="h-1.5 w-3.5 shrink-0 translate-y-[-0.15em] rounded-[2px] bg-mark-strong"
            />
            {t(`promise.${point}`)}
          </li>
        ))}
      </ul>
    </aside>
  );
}

const ChipSample = ({ children }: { children: string }) => (
  <span className="inline-grid h-[1.15rem] min-w-[1.15rem] place-items-center rounded-md bg-accent-soft px-1 align-[0.12em] text-2xs font-semibold text-accent-text">
    {children}
  </span>
);
