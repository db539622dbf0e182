import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FieldFrame, TEXT_AREA } from '@/components/FieldFrame';
import { FormField } from '@/components/FormField';
import { Segmented } from '@/components/ui/Segmented';
import type { Appointment } from '@/services/types';
import { type EventDraft, eventThere, type Payload, payloadOfEvent, type Wanted } from '@/utils/actionDrafts';
import { fromLocal, ownZone, toLocal } from '@/utils/localTime';
import { isComplete } from '@/utils/mailboxes';
import { EditorFrame, type EditorProps, Tick } from './EditorFrame';
import { EventPicker } from './EventPicker';
import { RecipientsField } from './RecipientsField';
import { ScopeField } from './ScopeField';
import { SELECT } from './styles';
import { useSubmission } from './useSubmission';

interface EventEditorProps extends EditorProps {
  title: string;
  action: string;
  initial: EventDraft;
  before?: Payload;
  scheduleAt?: string | null;
  submit: (wanted: Wanted) => Promise<unknown>;
}

const FIELDS = [
  ...['payload.title', 'payload.start', 'payload.end', 'payload.attendees', 'payload.location'],
  ...[
    'payload.description',
    'payload.send_updates',
    'payload.event_id',
    'payload.scope',
    'via',
    'schedule_at',
  ],
];
const OPERATIONS = ['create', 'update', 'cancel'] as const;
const UPDATES = ['all', 'external', 'none'] as const;

/** Writes an event. Nobody is invited before it was approved. */
export function EventEditor({ initial, before, scheduleAt = null, submit, ...frame }: EventEditorProps) {
  const { t } = useTranslation();
  const [event, setEvent] = useState(initial);
  const [via, setVia] = useState(frame.fixedVia ?? frame.ways[0]?.via ?? '');
  const [sendAt, setSendAt] = useState(() => toLocal(scheduleAt));
  const [pressed, setPressed] = useState(false);
  const { busy, failure, problemAt, run } = useSubmission(submit, FIELDS);
  // How what is changed was before anything was written here.
  const [there, setThere] = useState(initial.operation === 'create' ? undefined : initial);
  const put = (changed: Partial<EventDraft>) => setEvent((old) => ({ ...old, ...changed }));
  const isNew = before === undefined;
  const isThere = event.operation !== 'create';
  const unchosen = isThere && event.eventId === '';
  const unscoped = isThere && event.inSeries && event.scope === null;
  const untitled = event.title.trim() === '';

  /** Another thing to do: what was written for one does not slip into the other. */
  function turnTo(operation: EventDraft['operation']) {
    setThere(undefined);
    setEvent({ ...initial, operation });
  }

  /** Another calendar: what was chosen in one is not in the other, and neither are those whom it reaches. */
  function changeVia(next: string) {
    if (next !== via && isThere) turnTo(event.operation);
    setVia(next);
  }

  function choose(appointment: Appointment) {
    const found = eventThere(appointment, event);
    setThere(found);
    setEvent(found);
  }

  function onSubmit() {
    setPressed(true);
    if (unchosen || unscoped) return;
    if (event.operation !== 'cancel' && (untitled || !event.start || !event.end)) return;
    if (![...event.guests, ...event.optional].every(isComplete)) return;
    void run({ payload: payloadOfEvent(event, before, there), via, schedule_at: fromLocal(sendAt) });
  }

  return (
    <EditorFrame
      {...frame}
      busy={busy}
      failure={failure}
      via={via}
      onVia={changeVia}
      viaError={problemAt('via')}
      sendAt={sendAt}
      onSendAt={setSendAt}
      sendAtError={problemAt('schedule_at')}
      onSubmit={onSubmit}
    >
      {isNew && (
        <Segmented
          label={t('actions.fields.operation')}
          value={event.operation}
          options={OPERATIONS.map((value) => ({ value, label: t(`actions.eventTurn.${value}`) }))}
          onChange={turnTo}
        />
      )}
      {isNew && isThere && (
        <EventPicker
          key={via}
          via={via}
          chosen={event.eventId}
          onChoose={choose}
          error={
            problemAt('payload.event_id') ?? (pressed && unchosen ? t('actions.pickMissing') : undefined)
          }
        />
      )}
      {isThere && event.inSeries && (
        <ScopeField
          event={event}
          onChange={(scope) => put({ scope })}
          error={problemAt('payload.scope') ?? (pressed && unscoped ? t('actions.scopeMissing') : undefined)}
        />
      )}
      {(event.operation === 'create' || (event.operation === 'update' && event.eventId)) && (
        <>
          <FormField
            label={t('actions.fields.title')}
            autoFocus={!isThere}
            value={event.title}
            onChange={({ target }) => put({ title: target.value })}
            error={
              problemAt('payload.title') ?? (pressed && untitled ? t('actions.titleMissing') : undefined)
            }
          />
          <Tick
            label={t('actions.fields.all_day')}
            checked={event.allDay}
            onChange={(allDay) => put({ allDay })}
          />
          <When
            label={t('actions.fields.start')}
            zoneLabel={t('actions.startZone')}
            allDay={event.allDay}
            local={event.start}
            zone={event.startZone}
            onLocal={(start) => put({ start })}
            onZone={(startZone) => put({ startZone, endZone: startZone })}
            error={
              problemAt('payload.start') ?? (pressed && !event.start ? t('actions.timeMissing') : undefined)
            }
          />
          <When
            label={t('actions.fields.end')}
            zoneLabel={t('actions.endZone')}
            allDay={event.allDay}
            local={event.end}
            zone={event.endZone}
            onLocal={(end) => put({ end })}
            onZone={(endZone) => put({ endZone })}
            error={problemAt('payload.end') ?? (pressed && !event.end ? t('actions.timeMissing') : undefined)}
          />
          <RecipientsField
            label={t('actions.fields.guests')}
            value={event.guests}
            onChange={(guests) => put({ guests })}
            error={problemAt('payload.attendees')}
          />
          <RecipientsField
            label={t('actions.optionalGuests')}
            value={event.optional}
            onChange={(optional) => put({ optional })}
          />
          <FormField
            label={t('actions.fields.location')}
            optional
            value={event.location}
            onChange={({ target }) => put({ location: target.value })}
            error={problemAt('payload.location')}
          />
          {!(isNew && isThere) && (
            <Tick
              label={t('actions.addConference')}
              checked={event.conference}
              onChange={(conference) => put({ conference })}
            />
          )}
          <FieldFrame
            label={t('actions.fields.description')}
            hint={isNew && isThere ? t('actions.descriptionStays') : undefined}
            error={problemAt('payload.description')}
          >
            {(given) => (
              <textarea
                {...given}
                rows={4}
                value={event.description}
                onChange={({ target }) => put({ description: target.value })}
                className={TEXT_AREA}
              />
            )}
          </FieldFrame>
        </>
      )}
      <FieldFrame label={t('actions.fields.mails')} error={problemAt('payload.send_updates')}>
        {(given) => (
          <select
            {...given}
            value={event.updates}
            onChange={({ target }) => put({ updates: target.value as EventDraft['updates'] })}
            className={SELECT}
          >
            {UPDATES.map((one) => (
              <option key={one} value={one}>
                {t(`actions.updates.${one}`)}
              </option>
            ))}
          </select>
        )}
      </FieldFrame>
    </EditorFrame>
  );
}

interface WhenProps {
  label: string;
  zoneLabel: string;
  allDay: boolean;
  local: string;
  zone: string;
  onLocal: (local: string) => void;
  onZone: (zone: string) => void;
  error?: string;
}

/** A time where it takes place. */
function When({ label, zoneLabel, allDay, local, zone, onLocal, onZone, error }: WhenProps) {
  const zones = [...new Set([zone, ownZone(), 'UTC', ...Intl.supportedValuesOf('timeZone')])].filter(Boolean);
  const day = local.slice(0, 10);
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <FormField
        label={label}
        type={allDay ? 'date' : 'datetime-local'}
        value={allDay ? day : local.length === 10 ? `${local}T09:00` : local}
        onChange={({ target }) => onLocal(target.value)}
        error={error}
      />
      {!allDay && (
        <FieldFrame label={zoneLabel}>
          {(given) => (
            <select
              {...given}
              value={zone}
              onChange={({ target }) => onZone(target.value)}
              className={SELECT}
            >
              {zones.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          )}
        </FieldFrame>
      )}
    </div>
  );
}
