import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FieldFrame, TEXT_AREA } from '@/components/FieldFrame';
import { FormDialog } from '@/components/FormDialog';
import { FormField } from '@/components/FormField';
import { Input } from '@/components/ui/Input';
import { useErrorText } from '@/hooks/useErrorText';
import { useTemplateChanges, useTemplatePreview } from '@/hooks/useTemplates';
import { ApiError } from '@/services/problem';
import { failureOf } from '@/services/queries';
import type { TemplateContent, TemplatePlace } from '@/services/types';
import { SELECT } from '../editors/styles';
import { withPlaces } from './templateDraft';

interface TemplateEditorProps {
  /** Null: a new one. */
  id: string | null;
  initial: TemplateContent;
  onClose: () => void;
}

const KINDS = ['line', 'text', 'person'] as const;

/** Writes a template of the workspace, and shows beside it how the server fills it in. */
export function TemplateEditor({ id, initial, onClose }: TemplateEditorProps) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const { save } = useTemplateChanges();
  const [content, setContent] = useState(initial);
  const [failed, setFailed] = useState<unknown>(null);
  const put = (changed: Partial<TemplateContent>) => setContent((old) => withPlaces({ ...old, ...changed }));
  const places = content.placeholders ?? [];
  const problems = failed instanceof ApiError ? failed.fields : [];
  const at = (name: string) =>
    problems.find(({ field }) => field === name || field.startsWith(`${name}.`))?.message;
  const whole = problems.find(
    ({ field }) => !/^(name|description|subject|text|placeholders)/.test(field),
  )?.message;

  function onSubmit() {
    setFailed(null);
    save.mutateAsync({ id, content }).then(onClose).catch(setFailed);
  }

  return (
    <FormDialog
      title={t(id === null ? 'actions.templates.newTitle' : 'actions.templates.editTitle')}
      action={t('actions.templates.save')}
      wide
      persistent
      busy={save.isPending}
      failure={
        failed === null ? null : (whole ?? (problems.length > 0 ? t('actions.formFailed') : textOf(failed)))
      }
      onSubmit={onSubmit}
      onClose={onClose}
    >
      <FormField
        label={t('actions.templates.name')}
        autoFocus
        maxLength={100}
        value={content.name}
        onChange={({ target }) => put({ name: target.value })}
        error={at('name')}
      />
      <FormField
        label={t('actions.templates.description')}
        optional
        maxLength={300}
        value={content.description}
        onChange={({ target }) => put({ description: target.value })}
        error={at('description')}
      />
      {content.kind === 'email' && (
        <FormField
          label={t('actions.fields.subject')}
          maxLength={500}
          value={content.subject ?? ''}
          onChange={({ target }) => put({ subject: target.value })}
          error={at('subject')}
        />
      )}
      <FieldFrame
        label={t('actions.fields.text')}
        hint={t('actions.templates.textHint', { example: '{{topic}}' })}
        error={at('text')}
      >
        {(given) => (
          <textarea
            {...given}
            rows={8}
            value={content.text}
            onChange={({ target }) => put({ text: target.value })}
            className={TEXT_AREA}
          />
        )}
      </FieldFrame>
      {places.length > 0 && (
        <fieldset>
          <legend className="mb-1.5 font-medium text-sm">{t('actions.templates.fields')}</legend>
          <ul className="space-y-3">
            {places.map((place, index) => (
              <li key={place.name}>
                <PlaceRow
                  place={place}
                  ofMessage={content.kind === 'slack'}
                  onChange={(changed) =>
                    put({ placeholders: places.map((one) => (one === place ? { ...one, ...changed } : one)) })
                  }
                />
                {at(`placeholders.${index}`) && (
                  <p className="mt-1 text-danger text-sm">{at(`placeholders.${index}`)}</p>
                )}
              </li>
            ))}
          </ul>
        </fieldset>
      )}
      <Preview content={content} />
    </FormDialog>
  );
}

function PlaceRow({
  place,
  ofMessage,
  onChange,
}: {
  place: TemplatePlace;
  ofMessage: boolean;
  onChange: (changed: Partial<TemplatePlace>) => void;
}) {
  const { t } = useTranslation();
  const { name } = place;
  return (
    <div className="grid items-center gap-2 sm:grid-cols-[1fr_9rem_auto]">
      <Input
        aria-label={t('actions.templates.labelOf', { name })}
        maxLength={100}
        value={place.label}
        onChange={({ target }) => onChange({ label: target.value })}
      />
      <select
        aria-label={t('actions.templates.kindOf', { name })}
        value={place.kind}
        onChange={({ target }) => onChange({ kind: target.value as TemplatePlace['kind'] })}
        className={SELECT}
      >
        {KINDS.filter((kind) => ofMessage || kind !== 'person').map((kind) => (
          <option key={kind} value={kind}>
            {t(`actions.templates.placeKind.${kind}`)}
          </option>
        ))}
      </select>
      <label className="flex items-center gap-2 text-base max-md:min-h-10">
        <input
          type="checkbox"
          aria-label={t('actions.templates.requiredOf', { name })}
          checked={place.required}
          onChange={({ target }) => onChange({ required: target.checked })}
          className="size-4 accent-accent"
        />
        {t('actions.templates.required')}
      </label>
    </div>
  );
}

function Preview({ content }: { content: TemplateContent }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const preview = useTemplatePreview(content);
  const failure = failureOf(preview);
  const refused = failure instanceof ApiError ? failure.fields[0]?.message : undefined;
  return (
    <section aria-label={t('actions.templates.preview')} className="rounded-xl border bg-sunken px-4 py-3">
      <h3 className="font-medium text-ink-3 text-sm">{t('actions.templates.preview')}</h3>
      {failure ? (
        <p className="mt-1.5 text-base text-ink-2">{refused ?? textOf(failure)}</p>
      ) : (
        preview.data && <Filled subject={preview.data.subject} text={preview.data.text} />
      )}
    </section>
  );
}

/** A template with its values, as it goes into an editor. */
export const Filled = ({ subject, text }: { subject: string | null; text: string }) => (
  <>
    {subject && <p className="mt-1.5 font-semibold text-base">{subject}</p>}
    <p dir="auto" className="mt-1.5 whitespace-pre-wrap break-words text-base leading-6">
      {text}
    </p>
  </>
);
