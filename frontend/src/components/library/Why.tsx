import { useTranslation } from 'react-i18next';
import { Loaded } from '@/components/ui/Loaded';
import { useDocumentWhy } from '@/hooks/useConnectionAccess';
import { useReasonText } from '@/hooks/useReasonText';
import type { LibraryDocument } from '@/services/types';
import { formatDateTime } from '@/utils/format';
import { formatMoment } from '@/utils/moment';

/** Why the reader sees a document, and since when that is known. */
export function Why({ document: item }: { document: LibraryDocument }) {
  const { t } = useTranslation();
  const textOf = useReasonText();
  const why = useDocumentWhy(item.id);
  return (
    <section className="mt-6">
      <h3 className="font-semibold text-md">{t('library.why')}</h3>
      <div className="mt-2 text-base">
        <Loaded query={why} errorTitle={t('library.whyErrorTitle')}>
          {({ reasons, as_of: asOf }) => (
            <>
              <ul className="list-disc space-y-1 pl-5 text-ink-2">
                {reasons.map((reason) => (
                  <li key={reason.principal} className="text-pretty break-words">
                    {textOf(reason)}
                  </li>
                ))}
              </ul>
              {asOf && (
                <p className="mt-1.5 text-ink-3 text-sm">
                  <time dateTime={asOf} title={formatDateTime(asOf)}>
                    {t('why.asOf', { time: formatMoment(asOf) })}
                  </time>
                </p>
              )}
            </>
          )}
        </Loaded>
      </div>
    </section>
  );
}
