import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Answered } from '@/services/previews';
import { formatMoment } from '@/utils/moment';
import { documentPath } from '@/utils/paths';

/** Which mail is answered: by whom it is, of what and when, with the way to it. */
export function AnsweredMail({ of }: { of: Answered }) {
  const { t } = useTranslation();
  if (of.document_id === null) return <span className="text-ink-2">{t('actions.answeredClosed')}</span>;
  return (
    <>
      <Link
        to={documentPath(of.document_id)}
        className="break-words font-medium text-accent-text underline underline-offset-4"
      >
        <bdi>{of.subject || t('actions.noSubject')}</bdi>
      </Link>{' '}
      <span className="break-words text-ink-2">
        <bdi>{of.from}</bdi>
        {of.sent_at && `, ${formatMoment(of.sent_at)}`}
      </span>
    </>
  );
}
