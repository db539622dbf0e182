import { FileText } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FieldFrame, TEXT_AREA } from '@/components/FieldFrame';
import { FormError } from '@/components/FormError';
import { FormField } from '@/components/FormField';
import { Button } from '@/components/ui/Button';
import { Loaded } from '@/components/ui/Loaded';
import { useErrorText } from '@/hooks/useErrorText';
import { useFillTemplate, useTemplates } from '@/hooks/useTemplates';
import { ApiError } from '@/services/problem';
import type { Template, TemplatePlace } from '@/services/types';
import { PlaceField } from '../editors/PlaceField';
import { SELECT } from '../editors/styles';

/** What comes out of a template. `template`: its id, for the record. */
export interface FromTemplate {
  subject: string | null;
  text: string;
  template: string;
}

interface UseTemplateProps {
  kind: Template['kind'];
  /** Of a message: the account whose people are offered. */
  via?: string;
  onUse: (filled: FromTemplate) => void;
}

/** Chooses a template, fills its fields in, and hands its text on to the editor around it. */
export function UseTemplate({ kind, via = '', onUse }: UseTemplateProps) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const [open, setOpen] = useState(false);
  const templates = useTemplates(kind, open);
  const [id, setId] = useState('');
  const [values, setValues] = useState<Record<string, string>>({});
  const [failed, setFailed] = useState<unknown>(null);
  const fill = useFillTemplate();
  const problems = failed instanceof ApiError ? failed.fields : [];

  function insert(template: Template) {
    setFailed(null);
    const given = Object.fromEntries(
      (template.placeholders ?? []).map(({ name }) => [name, values[name] ?? '']),
    );
    fill
      .mutateAsync({ id: template.id, values: given })
      .then(({ subject, text }) => {
        onUse({ subject, text, template: template.id });
        setOpen(false);
        setValues({});
      })
      .catch(setFailed);
  }

  if (!open) {
    return (
      <Button variant="link" size="bare" className="text-sm" onClick={() => setOpen(true)}>
        <FileText aria-hidden />
        {t('actions.templates.use')}
      </Button>
    );
  }
  return (
    <section aria-label={t('actions.templates.use')} className="space-y-3 rounded-xl border bg-sunken p-4">
      <Loaded query={templates} errorTitle={t('actions.templates.errorTitle')}>
        {(found) => {
          const chosen = found.find((one) => one.id === id);
          return (
            <>
              <FieldFrame label={t('actions.templates.template')} hint={chosen?.description}>
                {(given) => (
                  <select
                    {...given}
                    value={id}
                    onChange={({ target }) => {
                      setId(target.value);
                      setFailed(null);
                    }}
                    className={SELECT}
                  >
                    <option value="">{t('actions.templates.choose')}</option>
                    {found.map((one) => (
                      <option key={one.id} value={one.id}>
                        {one.name}
                      </option>
                    ))}
                  </select>
                )}
              </FieldFrame>
              {chosen?.placeholders?.map((place) => (
                <Value
                  key={`${chosen.id} ${place.name}`}
                  place={place}
                  via={via}
                  value={values[place.name] ?? ''}
                  onChange={(value) => setValues((old) => ({ ...old, [place.name]: value }))}
                  error={problems.find(({ field }) => field === `values.${place.name}`)?.message}
                />
              ))}
              <FormError message={failed === null || problems.length > 0 ? null : textOf(failed)} />
              <div className="flex flex-wrap gap-2">
                <Button
                  size="sm"
                  busy={fill.isPending}
                  disabled={!chosen}
                  onClick={() => chosen && insert(chosen)}
                >
                  {t('actions.templates.insert')}
                </Button>
                <Button size="sm" variant="ghost" onClick={() => setOpen(false)}>
                  {t('common.cancel')}
                </Button>
              </div>
              {chosen && <p className="text-ink-3 text-sm">{t('actions.templates.insertHint')}</p>}
            </>
          );
        }}
      </Loaded>
    </section>
  );
}

interface ValueProps {
  place: TemplatePlace;
  via: string;
  value: string;
  onChange: (value: string) => void;
  error?: string;
}

function Value({ place, via, value, onChange, error }: ValueProps) {
  const [name, setName] = useState('');
  const { label, kind, required } = place;
  if (kind === 'person') {
    return (
      <PlaceField
        label={label}
        via={via}
        only="person"
        value={{ id: value.replace(/^<@|>$/g, ''), name }}
        onChange={(person) => {
          setName(person.name);
          onChange(person.id && `<@${person.id}>`);
        }}
        error={error}
      />
    );
  }
  if (kind === 'text') {
    return (
      <FieldFrame label={label} error={error}>
        {(given) => (
          <textarea
            {...given}
            rows={3}
            value={value}
            onChange={({ target }) => onChange(target.value)}
            className={TEXT_AREA}
          />
        )}
      </FieldFrame>
    );
  }
  return (
    <FormField
      label={label}
      optional={!required}
      value={value}
      onChange={({ target }) => onChange(target.value)}
      error={error}
    />
  );
}
