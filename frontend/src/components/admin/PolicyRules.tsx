import { ArrowDown, ArrowUp, Pencil, Plus, ShieldCheck, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/Button';
import { Chip } from '@/components/ui/Chip';
import { EmptyState } from '@/components/ui/EmptyState';
import { Panel } from '@/components/ui/Panel';
import type { FieldProblem } from '@/services/problem';
import type { PolicyRule } from '@/services/types';
import { RuleDialog } from './RuleDialog';
import { draftOfRule, newRule, type RuleDraft } from './ruleDraft';
import { usePolicyWords } from './usePolicyWords';

interface PolicyRulesProps {
  rules: readonly PolicyRule[];
  names: Readonly<Record<string, string>>;
  /** What the server refused, by the field that it names. */
  problems: readonly FieldProblem[];
  onChange: (rules: PolicyRule[], names?: Record<string, string>) => void;
}

const TONES = { forbid: 'danger', second_person: 'accent', confirm: 'warn' } as const;

/** The rules one by one, each in plain words. Every rule that matches counts, in whatever order they stand. */
export function PolicyRules({ rules, names, problems, onChange }: PolicyRulesProps) {
  const { t } = useTranslation();
  const words = usePolicyWords();
  const [edited, setEdited] = useState<{ draft: RuleDraft; isNew: boolean } | null>(null);
  const wrong = (index: number) =>
    problems.filter(({ field }) => field.replace(/^policy\./, '').startsWith(`rules.${index}.`));

  function move(index: number, by: number) {
    const moved = [...rules];
    const [rule] = moved.splice(index, 1);
    if (rule) moved.splice(index + by, 0, rule);
    onChange(moved);
  }

  function done(rule: PolicyRule, known: Record<string, string>) {
    const is = edited?.isNew ? [...rules, rule] : rules.map((one) => (one.id === rule.id ? rule : one));
    onChange(is, known);
    setEdited(null);
  }

  const add = (
    <Button onClick={() => setEdited({ draft: newRule(), isNew: true })}>
      <Plus aria-hidden />
      {t('admin.policy.add')}
    </Button>
  );
  return (
    <Panel
      title={t('admin.policy.rules')}
      text={t('admin.policy.rulesText')}
      action={rules.length > 0 && add}
    >
      {rules.length === 0 ? (
        <div className="[&>div]:py-6">
          <EmptyState
            icon={ShieldCheck}
            title={t('admin.policy.emptyTitle')}
            text={t('admin.policy.emptyText')}
          >
            {add}
          </EmptyState>
        </div>
      ) : (
        <ol className="divide-y">
          {rules.map((rule, index) => (
            <li
              key={rule.id}
              className="flex flex-wrap items-start gap-x-4 gap-y-2 py-3.5 first:pt-0 last:pb-0"
            >
              <div className="min-w-0 flex-1 basis-64 text-base">
                <p className="font-medium">
                  <bdi>{rule.name}</bdi>{' '}
                  <Chip tone={TONES[rule.then.effect]}>{t(`admin.policy.effects.${rule.then.effect}`)}</Chip>
                </p>
                <p className="mt-0.5 break-words text-ink-2">{words(rule, names)}</p>
                {wrong(index).map(({ field, message }) => (
                  <p key={field} role="alert" className="mt-1 text-danger text-sm">
                    {message}
                  </p>
                ))}
              </div>
              <div className="flex gap-0.5">
                <Tool
                  label={t('admin.policy.up', { name: rule.name })}
                  disabled={index === 0}
                  onClick={() => move(index, -1)}
                >
                  <ArrowUp aria-hidden />
                </Tool>
                <Tool
                  label={t('admin.policy.down', { name: rule.name })}
                  disabled={index === rules.length - 1}
                  onClick={() => move(index, 1)}
                >
                  <ArrowDown aria-hidden />
                </Tool>
                <Tool
                  label={t('admin.policy.edit', { name: rule.name })}
                  onClick={() => setEdited({ draft: draftOfRule(rule, names), isNew: false })}
                >
                  <Pencil aria-hidden />
                </Tool>
                <Tool
                  label={t('admin.policy.delete', { name: rule.name })}
                  onClick={() => onChange(rules.filter((one) => one !== rule))}
                >
                  <Trash2 aria-hidden />
                </Tool>
              </div>
            </li>
          ))}
        </ol>
      )}
      {edited && (
        <RuleDialog
          title={t(edited.isNew ? 'admin.policy.addTitle' : 'admin.policy.editTitle')}
          initial={edited.draft}
          onDone={done}
          onClose={() => setEdited(null)}
        />
      )}
    </Panel>
  );
}

const Tool = ({
  label,
  disabled = false,
  onClick,
  children,
}: {
  label: string;
  disabled?: boolean;
  onClick: () => void;
  children: ReactNode;
}) => (
  <Button variant="ghost" size="icon" aria-label={label} title={label} disabled={disabled} onClick={onClick}>
    {children}
  </Button>
);
