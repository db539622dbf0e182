import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Message } from '@/services/types';
import { formatAgo } from '@/utils/format';

const MOST_LATE = 3;

/** How far a refusal reaches: what was not looked into, and what of the question could not be. */
export default function RefusalReach({ message }: { message: Message }) {
  const { t } = useTranslation();
  const { reading = 0, failed = 0, late = [] } = message.coverage ?? {};
  const { reason, names = [], hint } = message.refusal ?? {};
  return (
    <div className="mt-1 space-y-1 break-words text-base text-ink-2">
      {reason === 'name_unknown' && <p>{t('chat.nameUnknown', { names: names.join(', ') })}</p>}
      {reading + failed > 0 && (
        <p>
          {reading > 0 && t('chat.stillReading', { count: reading })}{' '}
          {failed > 0 && t('chat.unreadable', { count: failed })}{' '}
          <Link to="/library" className="text-accent-text underline underline-offset-4">
            {t('chat.toLibrary')}
          </Link>
        </p>
      )}
      {late.slice(0, MOST_LATE).map(({ connection, last_read_at: at }) => (
        <p key={connection.id}>
          {at
            ? // As it was when this was said.
              t('chat.lastRead', {
                name: connection.name,
                ago: formatAgo(at, Date.parse(message.created_at)),
              })
            : t('chat.neverRead', { name: connection.name })}
        </p>
      ))}
      {late.length > MOST_LATE && <p>{t('chat.moreLate', { count: late.length - MOST_LATE })}</p>}
      {reason === 'language_not_supported' && (
        <p>
          {t('chat.languageNotSupported')} {hint ?? t('chat.languageAsk')}
        </p>
      )}
    </div>
  );
}
