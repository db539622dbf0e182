import { useTranslation } from 'react-i18next';
import { Chip } from '@/components/ui/Chip';
import type { CalendarPreview, Guest, ShownTime } from '@/services/previews';
import { Changes } from '../Changes';
import { Fact, Facts, Written } from './Facts';
import { OtherFields } from './OtherFields';

const KNOWN = [
  ...['operation', 'calendar', 'title', 'start', 'end', 'all_day', 'guests', 'location', 'description'],
  ...['conference', 'mails', 'scope', 'elsewhere', 'changes', 'event_id', 'send_updates'],
];

/** An event as it will stand in the calendars, and who is told of it. */
export function CalendarView({ preview }: { preview: CalendarPreview }) {
  const { t } = useTranslation();
  const { operation, calendar, title, start, end, all_day, guests, mails, scope, changes } = preview;
  const elsewhere = preview.elsewhere ?? [];
  return (
    <div className="space-y-4">
      <Facts>
        <Fact label={t('actions.fields.operation')}>
          <span className="font-medium">{t(`actions.event.${operation}`)}</span>
          {scope && <span className="text-ink-2"> · {t(`actions.eventScope.${scope}`)}</span>}
          {scope && operation !== 'create' && (
            <span className="block text-pretty text-ink-2">
              {t(`actions.scopeText.${operation}.${scope}`)}
            </span>
          )}
        </Fact>
        <Fact label={t('actions.fields.calendar')}>
          <span className="break-all">{calendar}</span>
        </Fact>
        <Fact label={t('actions.fields.title')}>
          <bdi className="font-medium">{title || t('actions.noTitle')}</bdi>
        </Fact>
        <Fact label={t('actions.fields.start')}>
          <Time of={start} allDay={all_day} />
        </Fact>
        <Fact label={t('actions.fields.end')}>
          <Time of={end} allDay={all_day} />
        </Fact>
        {preview.location && <Fact label={t('actions.fields.location')}>{preview.location}</Fact>}
        <Fact label={t('actions.fields.conference')}>
          {t(preview.conference ? 'actions.withConference' : 'actions.withoutConference')}
        </Fact>
        <Fact label={t('actions.fields.guests')}>
          {guests.length === 0 ? t('actions.noGuests') : <Guests of={guests} start={start} />}
        </Fact>
        {elsewhere.length > 0 && (
          <Fact label={t('actions.elsewhere')}>
            <ul className="space-y-0.5">
              {elsewhere.map(({ address, name, days, count }) => (
                <li key={address}>
                  {name && <bdi className="font-medium">{name} </bdi>}
                  <span className="break-all">{name ? `<${address}>` : address}</span>{' '}
                  <span className="text-ink-2 tabular-nums">
                    {days.join(', ')}
                    {count > days.length && ` ${t('actions.elsewhereMore', { count: count - days.length })}`}
                  </span>
                </li>
              ))}
            </ul>
          </Fact>
        )}
        <Fact label={t('actions.fields.mails')}>
          {mails.length === 0 ? t('actions.noMails') : <span className="break-all">{mails.join(', ')}</span>}
        </Fact>
      </Facts>
      {changes.length > 0 && <Changes changes={changes} title={t('actions.eventChanges')} />}
      {preview.description && <Written>{preview.description}</Written>}
      <OtherFields preview={{ ...preview }} known={KNOWN} />
    </div>
  );
}

function Time({ of: { local, zone, weekday, utc_offset }, allDay }: { of: ShownTime; allDay: boolean }) {
  const { t } = useTranslation();
  const [day, hour] = local.split('T');
  return (
    <>
      <span className="font-medium tabular-nums">
        {weekday}, {day}
        {!allDay && hour ? `, ${hour}` : ''}
      </span>{' '}
      <span className="text-ink-2">{allDay ? t('actions.wholeDay') : `${zone} (${utc_offset})`}</span>
    </>
  );
}

function Guests({ of, start }: { of: readonly Guest[]; start: ShownTime }) {
  const { t } = useTranslation();
  return (
    <ul className="space-y-1.5">
      {of.map((guest) => (
        <li key={guest.address} className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="min-w-0">
            {guest.name && <bdi className="font-medium">{guest.name} </bdi>}
            <span className={guest.name ? 'break-all text-ink-2' : 'break-all font-medium'}>
              {guest.name ? `<${guest.address}>` : guest.address}
            </span>
          </span>
          {guest.optional && <Chip>{t('actions.optionalGuest')}</Chip>}
          <Chip tone={{ free: 'ok', busy: 'warn', unknown: 'plain' }[guest.availability] as 'ok'}>
            {t(`actions.availability.${guest.availability}`)}
          </Chip>
          {guest.zone !== start.zone && (
            <span className="text-ink-3 text-sm tabular-nums">
              {t('actions.forThem', { time: guest.local_start.replace('T', ' '), zone: guest.zone })}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
