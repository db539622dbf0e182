import { ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Message } from '@/services/types';
import { documentPath } from '@/utils/paths';

/** What was looked up on the way to the answer, folded in one line. */
export function Steps({ steps }: { steps: NonNullable<Message['steps']> }) {
  const { t } = useTranslation();
  if (steps.length === 0) return null;
  return (
    <details className="group/steps mt-3 text-ink-3 text-sm">
      <summary className="inline-flex cursor-pointer list-none items-center gap-1.5 rounded-md hover:text-ink max-md:min-h-10 [&::-webkit-details-marker]:hidden">
        <ChevronRight className="size-3.5 transition-transform group-open/steps:rotate-90" aria-hidden />
        {t('chat.steps', { count: steps.length })}
      </summary>
      <ol className="mt-1.5 list-decimal space-y-1.5 pl-7 text-ink-2">
        {steps.map((step) => (
          <li key={step.text} className="break-words">
            {t('chat.step', { text: step.text })}{' '}
            {step.found?.length
              ? step.found.map((found, place) => (
                  <span key={found.document_id}>
                    {place > 0 && ', '}
                    <Link
                      to={documentPath(found.document_id)}
                      className="text-ink underline decoration-line-strong underline-offset-4 hover:decoration-ink"
                    >
                      {found.title}
                    </Link>
                  </span>
                ))
              : t('chat.stepNothing')}
          </li>
        ))}
      </ol>
    </details>
  );
}
