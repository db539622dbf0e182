import { Paperclip } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { EmailPreview } from '@/services/previews';
import { formatBytes } from '@/utils/format';
import { documentPath } from '@/utils/paths';
import { AnsweredMail } from './AnsweredMail';
import { Fact, Facts, Mailboxes, Written } from './Facts';
import { FormattedText } from './FormattedText';
import { OtherFields } from './OtherFields';

const KNOWN = [
  'from',
  'reply_to',
  'to',
  'cc',
  'bcc',
  'subject',
  'text',
  'attachments',
  'in_reply_to',
  'html',
  'links',
];

/** A mail as it goes out. */
export function EmailView({ preview }: { preview: EmailPreview }) {
  const { t } = useTranslation();
  const { from, reply_to, to, cc, bcc, subject, text, attachments, in_reply_to, html, links } = preview;
  return (
    <div className="space-y-4">
      <Facts>
        <Fact label={t('actions.fields.from')}>
          <bdi className="break-all">{from}</bdi>
        </Fact>
        {reply_to && (
          <Fact label={t('actions.fields.reply_to')}>
            <Mailboxes of={[reply_to]} />
          </Fact>
        )}
        {to.length > 0 && (
          <Fact label={t('actions.fields.to')}>
            <Mailboxes of={to} />
          </Fact>
        )}
        {cc.length > 0 && (
          <Fact label={t('actions.fields.cc')}>
            <Mailboxes of={cc} />
          </Fact>
        )}
        {bcc.length > 0 && (
          <Fact label={t('actions.fields.bcc')}>
            <Mailboxes of={bcc} />
          </Fact>
        )}
        <Fact label={t('actions.fields.subject')}>
          {subject ? (
            <bdi className="font-medium">{subject}</bdi>
          ) : (
            <span className="text-ink-3">{t('actions.noSubject')}</span>
          )}
        </Fact>
        {in_reply_to && (
          <Fact label={t('actions.fields.in_reply_to')}>
            <AnsweredMail of={in_reply_to} />
          </Fact>
        )}
      </Facts>
      {html ? (
        <>
          <fieldset aria-label={t('actions.fields.html')} className="min-w-0 space-y-2 border-t pt-4">
            <p className="text-ink-3 text-sm">{t('actions.formatted')}</p>
            <FormattedText html={html} />
          </fieldset>
          {links && links.length > 0 && (
            <Facts>
              <Fact label={t('actions.fields.links')}>
                <ul className="space-y-0.5">
                  {links.map((address) => (
                    <li key={address} className="break-all">
                      {address}
                    </li>
                  ))}
                </ul>
              </Fact>
            </Facts>
          )}
          <fieldset aria-label={t('actions.fields.text')} className="min-w-0 border-t pt-4">
            <p className="pb-2 text-ink-3 text-sm">{t('actions.plain')}</p>
            <div dir="auto" className="whitespace-pre-wrap break-words text-base leading-6">
              {text}
            </div>
          </fieldset>
        </>
      ) : text.trim() ? (
        <Written>{text}</Written>
      ) : (
        <p className="border-t pt-4 text-base text-ink-3">{t('actions.noText')}</p>
      )}
      {attachments.length > 0 && (
        <fieldset aria-label={t('actions.fields.attachments')} className="min-w-0 border-t pt-4">
          <ul className="flex flex-wrap gap-2">
            {attachments.map((one) => (
              <li key={`${one.document_id} ${one.version}`} className="min-w-0">
                <Link
                  to={documentPath(one.document_id)}
                  className="flex min-h-9 min-w-0 items-center gap-2 rounded-lg border px-3 py-1.5 text-base hover:bg-hover max-md:min-h-10"
                >
                  <Paperclip className="size-4 shrink-0 text-ink-3" aria-hidden />
                  <span className="min-w-0 break-all font-medium">{one.name}</span>{' '}
                  <span className="shrink-0 text-ink-3 text-sm tabular-nums">
                    {formatBytes(one.size_bytes)}
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        </fieldset>
      )}
      <OtherFields preview={{ ...preview }} known={KNOWN} />
    </div>
  );
}
