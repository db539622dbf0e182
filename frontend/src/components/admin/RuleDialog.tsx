import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FieldFrame } from '@/components/FieldFrame';
import { FormDialog } from '@/components/FormDialog';
import { FormField } from '@/components/FormField';
import { Segmented } from '@/components/ui/Segmented';
import { useErrorText } from '@/hooks/useErrorText';
import { useTryPolicy } from '@/hooks/usePolicy';
import { ApiError } from '@/services/problem';
import { ACTION_KINDS, type ActionKind, type PolicyRule } from '@/services/types';
import { ApproversField } from './ApproversField';
import { LinesField } from './LinesField';
import { type Either, type RuleDraft, ruleOf } from './ruleDraft';

interface RuleDialogProps {
  title: string;
  initial: RuleDraft;
  /** With the names of those whom it names. */
  onDone: (rule: PolicyRule, names: Record<string, string>) => void;
  onClose: () => void;
}

const EFFECTS = ['second_person', 'confirm', 'forbid'] as const;
const EITHER = ['any', 'yes', 'no'] as const satisfies readonly Either[];

/** One rule of the policy, by its fields. The server reads it before it is taken. */
export function RuleDialog({ title, initial, onDone, onClose }: RuleDialogProps) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const check = useTryPolicy();
  const [rule, setRule] = useState(initial);
  const [failed, setFailed] = useState<unknown>(null);
  const put = (changed: Partial<RuleDraft>) => setRule((old) => ({ ...old, ...changed }));
  const problems = failed instanceof ApiError ? failed.fields : [];
  const at = (...names: string[]) =>
    problems.find(({ field }) => names.some((name) => `${field}.`.includes(`.${name}.`)))?.message;

  function onSubmit() {
    const made = ruleOf(rule);
    const policy = { inside: [], rules: [made] };
    const sample = { kind: 'email' as const, people: 0, shared: false, attachments: 0 };
    setFailed(null);
    check
      .mutateAsync({ policy, sample })
      .then(() => onDone(made, Object.fromEntries(rule.approvers.map(({ id, name }) => [id, name]))))
      .catch(setFailed);
  }

  return (
    <FormDialog
      title={title}
      action={t('admin.policy.done')}
      wide
      persistent
      busy={check.isPending}
      failure={failed === null ? null : problems.length > 0 ? t('admin.policy.ruleFailed') : textOf(failed)}
      onSubmit={onSubmit}
      onClose={onClose}
    >
      <FormField
        label={t('admin.policy.name')}
        autoFocus
        maxLength={200}
        value={rule.name}
        onChange={({ target }) => put({ name: target.value })}
        error={at('name')}
      />
      <h3 className="font-semibold text-md">{t('admin.policy.when')}</h3>
      <Kinds value={rule.kinds} onChange={(kinds) => put({ kinds })} />
      <Choice
        label={t('admin.policy.outside')}
        wordOf={(one) => t(`admin.policy.outsideIs.${one}`)}
        value={rule.outside}
        onChange={(outside) => put({ outside })}
      />
      <Choice
        label={t('admin.policy.files')}
        wordOf={(one) => t(`admin.policy.filesAre.${one}`)}
        value={rule.attachments}
        onChange={(attachments) => put({ attachments })}
      />
      <FormField
        label={t('admin.policy.moreThan')}
        hint={t('admin.policy.moreThanHint')}
        optional
        type="number"
        min={0}
        max={10_000}
        value={rule.moreThan}
        onChange={({ target }) => put({ moreThan: target.value })}
        error={at('more_than')}
      />
      <LinesField
        label={t('admin.policy.domains')}
        hint={t('admin.policy.domainsHint')}
        value={rule.domains}
        onChange={(domains) => put({ domains })}
        error={at('domains')}
      />
      <LinesField
        label={t('admin.policy.addresses')}
        hint={t('admin.policy.linesHint')}
        value={rule.addresses}
        onChange={(addresses) => put({ addresses })}
        error={at('addresses')}
      />
      <LinesField
        label={t('admin.policy.channels')}
        hint={t('admin.policy.channelsHint')}
        value={rule.channels}
        onChange={(channels) => put({ channels })}
        error={at('channels')}
      />
      <h3 className="font-semibold text-md">{t('admin.policy.then')}</h3>
      <Radios
        legend={t('admin.policy.effect')}
        value={rule.effect}
        options={EFFECTS}
        onChange={(effect) => put({ effect })}
      />
      {rule.effect !== 'second_person' && (
        <FormField
          label={t(`admin.policy.says.${rule.effect}`)}
          maxLength={200}
          value={rule.words}
          onChange={({ target }) => put({ words: target.value })}
          error={at('reason', 'message')}
        />
      )}
      {rule.effect === 'second_person' && (
        <>
          <Segmented
            label={t('admin.policy.whose')}
            value={rule.whose}
            options={(['administrators', 'people'] as const).map((value) => ({
              value,
              label: t(`admin.policy.whoseIs.${value}`),
            }))}
            onChange={(whose) => put({ whose })}
          />
          {rule.whose === 'people' && (
            <ApproversField
              value={rule.approvers}
              onChange={(approvers) => put({ approvers })}
              error={at('approvers')}
            />
          )}
          <FormField
            label={t('admin.policy.count')}
            type="number"
            min={1}
            max={5}
            value={rule.count}
            onChange={({ target }) => put({ count: target.value })}
            error={at('count') ?? (at('approvers') ? undefined : at('second_person'))}
          />
        </>
      )}
    </FormDialog>
  );
}

function Kinds({
  value,
  onChange,
}: {
  value: readonly ActionKind[];
  onChange: (value: ActionKind[]) => void;
}) {
  const { t } = useTranslation();
  return (
    <fieldset>
      <legend className="mb-1.5 font-medium text-sm">{t('admin.policy.kind')}</legend>
      <div className="flex flex-wrap gap-x-5 gap-y-1.5">
        {ACTION_KINDS.map((kind) => (
          <label key={kind} className="flex items-center gap-2.5 text-base max-md:min-h-10">
            <input
              type="checkbox"
              checked={value.includes(kind)}
              onChange={({ target }) =>
                onChange(target.checked ? [...value, kind] : value.filter((one) => one !== kind))
              }
              className="size-4 accent-accent"
            />
            {t(`admin.policy.kinds.${kind}`)}
          </label>
        ))}
      </div>
      <p className="mt-1.5 text-ink-3 text-sm">{t('admin.policy.kindHint')}</p>
    </fieldset>
  );
}

function Choice({
  label,
  wordOf,
  value,
  onChange,
}: {
  label: string;
  wordOf: (value: Either) => string;
  value: Either;
  onChange: (value: Either) => void;
}) {
  return (
    <FieldFrame label={label}>
      {(given) => (
        <select
          {...given}
          value={value}
          onChange={({ target }) => onChange(target.value as Either)}
          className="h-10 w-full rounded-lg border border-line-strong bg-surface px-3 text-base max-md:text-[1rem]"
        >
          {EITHER.map((one) => (
            <option key={one} value={one}>
              {wordOf(one)}
            </option>
          ))}
        </select>
      )}
    </FieldFrame>
  );
}

function Radios({
  legend,
  value,
  options,
  onChange,
}: {
  legend: string;
  value: RuleDraft['effect'];
  options: readonly RuleDraft['effect'][];
  onChange: (value: RuleDraft['effect']) => void;
}) {
  const { t } = useTranslation();
  const name = useId();
  return (
    <fieldset>
      <legend className="sr-only">{legend}</legend>
      <div className="divide-y rounded-xl border">
        {options.map((one) => (
          <label
            key={one}
            className="flex cursor-pointer items-start gap-3 px-3.5 py-2.5 text-base hover:bg-hover"
          >
            <input
              type="radio"
              name={name}
              checked={one === value}
              onChange={() => onChange(one)}
              className="mt-1 size-4 shrink-0 accent-accent"
            />
            <span>
              <span className="block font-medium">{t(`admin.policy.effects.${one}`)}</span>
              <span className="block text-ink-3 text-sm">{t(`admin.policy.effectText.${one}`)}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
