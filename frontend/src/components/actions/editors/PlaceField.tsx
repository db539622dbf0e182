import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorMessage } from '@/components/ErrorMessage';
import { FieldFrame } from '@/components/FieldFrame';
import { Input } from '@/components/ui/Input';
import { useListbox } from '@/hooks/useListbox';
import { usePlaces } from '@/hooks/usePlaces';
import { failureOf } from '@/services/queries';
import type { Place } from '@/services/types';
import { fitting, isPlaceId, threadOfLink } from '@/utils/slackText';
import { optionId, PlaceOptions } from './PlaceOptions';

/** Where a message goes. `name` empty: only the id is known. */
export interface ChosenPlace {
  id: string;
  name: string;
}

interface PlaceFieldProps {
  label: string;
  /** The account whose channels and people are offered. */
  via: string;
  value: ChosenPlace;
  onChange: (place: ChosenPlace) => void;
  /** A link to a message was put in: where it stands is chosen, and it is answered. */
  onThread?: (thread: { channel: string; ts: string }) => void;
  /** People alone. */
  only?: 'person';
  error?: string;
  autoFocus?: boolean;
}

const NOWHERE: ChosenPlace = { id: '', name: '' };

/** A channel or a person of Slack, found by name; an id or a link to a message may be put in as well. */
export function PlaceField({
  label,
  via,
  value,
  onChange,
  onThread,
  only,
  error,
  autoFocus,
}: PlaceFieldProps) {
  const { t } = useTranslation();
  const list = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const [open, setOpen] = useState(false);
  const [refused, setRefused] = useState<Place | null>(null);
  const places = usePlaces(via, open ? (typed ?? '') : null, only ? 'mention' : 'post');
  const failure = failureOf(places);
  const found = fitting(places.data?.items, typed ?? '').filter((one) => !only || one.kind === only);
  const { active, point, onKeyDown } = useListbox(open ? found : [], choose, () => setOpen(false));

  function choose(place: Place) {
    if (place.obstacle) {
      setRefused(place);
      return;
    }
    setRefused(null);
    setTyped(null);
    setOpen(false);
    onChange({ id: place.id, name: place.name });
  }

  function change(text: string) {
    setRefused(null);
    point(0);
    const thread = onThread && threadOfLink(text);
    if (thread) {
      setTyped(null);
      setOpen(false);
      onThread(thread);
      return;
    }
    setTyped(text);
    setOpen(true);
    if (isPlaceId(text)) onChange({ id: text.trim(), name: '' });
    else if (value.id) onChange(NOWHERE);
  }

  const shown = open && found.length > 0;
  const problem = refused
    ? t(`actions.obstacleText.${refused.obstacle ?? 'archived'}`, { name: refused.name })
    : error;
  return (
    <div>
      <FieldFrame
        label={label}
        hint={value.name ? t('actions.placeChosen', { id: value.id }) : t('actions.channelHint')}
        error={problem}
      >
        {(given) => (
          <Input
            {...given}
            autoFocus={autoFocus}
            role="combobox"
            aria-expanded={shown}
            aria-controls={shown ? list : undefined}
            aria-activedescendant={shown ? optionId(list, active) : undefined}
            aria-autocomplete="list"
            autoComplete="off"
            spellCheck={false}
            value={typed ?? (value.name || value.id)}
            onChange={({ target }) => change(target.value)}
            onClick={() => setOpen(true)}
            onKeyDown={(event) => {
              if (!open && event.key === 'ArrowDown') {
                event.preventDefault();
                setOpen(true);
              } else if (open) onKeyDown(event);
            }}
            onBlur={() => setOpen(false)}
          />
        )}
      </FieldFrame>
      <p role="status" className="sr-only">
        {open && places.data ? t('actions.placesFound', { count: found.length }) : ''}
      </p>
      {shown && (
        <>
          <PlaceOptions
            id={list}
            label={label}
            options={found}
            active={active}
            onPoint={point}
            onChoose={choose}
          />
          {places.data?.has_more && <p className="mt-1 text-ink-3 text-sm">{t('actions.placesMore')}</p>}
        </>
      )}
      {open && places.isLoading && <p className="mt-1.5 text-ink-3 text-sm">{t('actions.placesLoading')}</p>}
      {open && places.data && found.length === 0 && !isPlaceId(typed ?? '') && (
        <p className="mt-1.5 text-pretty text-ink-2 text-sm">{t('actions.placesNone')}</p>
      )}
      {open && failure && (
        <ErrorMessage
          title={t('actions.placesErrorTitle')}
          error={failure}
          layout="inline"
          onRetry={() => void places.refetch()}
        />
      )}
    </div>
  );
}
