import { useId, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FieldFrame, TEXT_AREA } from '@/components/FieldFrame';
import { Chip } from '@/components/ui/Chip';
import { useListbox } from '@/hooks/useListbox';
import { usePlaces } from '@/hooks/usePlaces';
import {
  BROADCASTS,
  fitting,
  type Mentionable,
  mentionedIds,
  mentionOf,
  mentionTyped,
} from '@/utils/slackText';
import { optionId, PlaceOptions } from './PlaceOptions';

interface MentionFieldProps {
  label: string;
  /** The account whose people and channels are offered behind an "@". */
  via: string;
  value: string;
  onChange: (text: string) => void;
  /** The names of those whom the text mentions already, by id. */
  names: Readonly<Record<string, string>>;
  error?: string;
}

/** Text for Slack. "@" opens a list of those whom it can mention; whatever is not chosen from it is text. */
export function MentionField({ label, via, value, onChange, names, error }: MentionFieldProps) {
  const { t } = useTranslation();
  const list = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const caretAfter = useRef<number | null>(null);
  const [caret, setCaret] = useState<number | null>(null);
  const [known, setKnown] = useState(names);
  const begun = caret === null ? null : mentionTyped(value, caret);
  const places = usePlaces(via, begun?.query ?? null, 'mention');
  const query = begun?.query.toLowerCase() ?? '';
  const options: Mentionable[] = begun
    ? [...fitting(places.data?.items, query), ...BROADCASTS.filter(({ id }) => id.startsWith(query))]
    : [];
  const { active, point, onKeyDown } = useListbox(options, choose, () => setCaret(null));

  function choose(option: Mentionable) {
    if (!begun || caret === null) return;
    const mention = `${mentionOf(option)} `;
    setKnown((old) => ({ ...old, [option.id]: option.name }));
    caretAfter.current = begun.from + mention.length;
    onChange(value.slice(0, begun.from) + mention + value.slice(caret).replace(/^ /, ''));
    setCaret(null);
  }

  useLayoutEffect(() => {
    if (caretAfter.current === null) return;
    field.current?.setSelectionRange(caretAfter.current, caretAfter.current);
    caretAfter.current = null;
  });

  const shown = options.length > 0;
  const mentioned = mentionedIds(value);
  return (
    <div>
      <FieldFrame label={label} hint={t('actions.mentionHint')} error={error}>
        {(given) => (
          <textarea
            {...given}
            ref={field}
            rows={6}
            aria-autocomplete="list"
            aria-haspopup="listbox"
            aria-controls={shown ? list : undefined}
            aria-activedescendant={shown ? optionId(list, active) : undefined}
            value={value}
            onChange={({ target }) => {
              point(0);
              setCaret(target.selectionStart);
              onChange(target.value);
            }}
            onKeyDown={(event) => {
              if (begun) onKeyDown(event);
            }}
            onBlur={() => setCaret(null)}
            className={TEXT_AREA}
          />
        )}
      </FieldFrame>
      {shown && (
        <PlaceOptions
          id={list}
          label={t('actions.mentionList')}
          options={options}
          active={active}
          onPoint={point}
          onChoose={choose}
        />
      )}
      {mentioned.length > 0 && (
        <p className="mt-1.5 flex flex-wrap items-center gap-1.5 text-ink-2 text-sm">
          {t('actions.mentionsNow')}
          {mentioned.map((id) => (
            <Chip key={id} tone="accent">
              {known[id] ?? id}
            </Chip>
          ))}
        </p>
      )}
    </div>
  );
}
