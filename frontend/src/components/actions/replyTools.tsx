import { lazy, Suspense } from 'react';
import { withWords } from '@/locales/index';
import type { LibraryDocument } from '@/services/types';

const ReplyButtons = lazy(() => withWords(import('./ReplyButtons'), 'actions'));
const ReplyInThread = lazy(() => withWords(import('./ReplyInThread'), 'actions'));

/** What can be done with a document that is a mail or a message of Slack; nothing with others. */
export function replyTools({ id, kind, source, url }: LibraryDocument) {
  if (source === 'slack') {
    return (
      <Suspense>
        <ReplyInThread url={url} />
      </Suspense>
    );
  }
  return kind === 'email' ? (
    <Suspense>
      <ReplyButtons documentId={id} />
    </Suspense>
  ) : null;
}
