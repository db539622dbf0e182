import { Repeat } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormField } from '@/components/FormField';
import { Button } from '@/components/ui/Button';
import { Chip } from '@/components/ui/Chip';
import { Loaded } from '@/components/ui/Loaded';
import { dayAfter, useAppointments } from '@/hooks/useAppointments';
import type { Appointment } from '@/services/types';
import { toLocal } from '@/utils/localTime';

interface EventPickerProps {
  /** The account whose calendar it is. */
  via: string;
  chosen: string;
  onChoose: (appointment: Appointment) => void;
  error?: string;
}

const today = () => toLocal(new Date().toISOString()).slice(0, 10);

/** One of the appointments in a connected calendar, by its day and words. */
export function EventPicker({ via, chosen, onChoose, error }: EventPickerProps) {
  const { t } = useTranslation();
  const name = useId();
  const [from, setFrom] = useState(today);
  const [typed, setTyped] = useState('');
  const found = useAppointments(via, from, typed);
  return (
    <div className="space-y-3">
      <div className="grid gap-3 sm:grid-cols-2">
        <FormField
          label={t('actions.pickFrom')}
          type="date"
          value={from}
          onChange={({ target }) => setFrom(target.value)}
        />
        <FormField
          label={t('actions.pickWords')}
          optional
          value={typed}
          maxLength={200}
          onChange={({ target }) => setTyped(target.value)}
        />
      </div>
      <Loaded query={found} errorTitle={t('actions.pickErrorTitle')}>
        {({ items, has_more }) => (
          <>
            <fieldset aria-describedby={error ? `${name}-error` : undefined}>
              <legend className="mb-1.5 font-medium text-sm">{t('actions.pickLegend')}</legend>
              {items.length === 0 ? (
                <p className="text-base text-ink-2">{t('actions.pickNone')}</p>
              ) : (
                <div className="max-h-60 divide-y overflow-y-auto rounded-xl border">
                  {items.map((one) => (
                    <Row
                      key={one.id}
                      name={name}
                      appointment={one}
                      checked={one.id === chosen}
                      onChoose={() => onChoose(one)}
                    />
                  ))}
                </div>
              )}
            </fieldset>
            <Button
              variant="link"
              size="bare"
              className="text-sm"
              onClick={() =>
                setFrom(has_more ? (items.at(-1)?.start.local.slice(0, 10) ?? from) : dayAfter(from, 31))
              }
            >
              {t('actions.pickLater')}
            </Button>
          </>
        )}
      </Loaded>
      {error && (
        <p id={`${name}-error`} className="text-danger text-sm">
          {error}
        </p>
      )}
    </div>
  );
}

interface RowProps {
  name: string;
  appointment: Appointment;
  checked: boolean;
  onChoose: () => void;
}

function Row({ name, appointment, checked, onChoose }: RowProps) {
  const { t } = useTranslation();
  const { title, start, all_day, series_id, own, guests } = appointment;
  const [day, hour] = start.local.split('T');
  return (
    <label className="flex min-h-11 cursor-pointer items-center gap-3 px-3.5 py-2 text-base hover:bg-hover has-focus-visible:bg-hover has-disabled:cursor-not-allowed has-disabled:text-ink-3">
      <input
        type="radio"
        name={name}
        checked={checked}
        disabled={!own}
        onChange={onChoose}
        className="size-4 shrink-0 accent-accent"
      />
      <span className="min-w-0 flex-1">
        <bdi className="block truncate">{title || t('actions.noTitle')}</bdi>
        <span className="block truncate text-ink-3 text-sm tabular-nums">
          {start.weekday}, {day}
          {!all_day && hour ? `, ${hour.slice(0, 5)}` : ''}
          {' · '}
          {own ? t('actions.pickGuests', { count: guests.length }) : t('actions.pickNotOwn')}
        </span>
      </span>
      {series_id && <Chip icon={Repeat}>{t('actions.pickSeries')}</Chip>}
    </label>
  );
}
