import { CircleCheck } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FieldFrame } from '@/components/FieldFrame';
import { FormError } from '@/components/FormError';
import { FormField } from '@/components/FormField';
import { Button } from '@/components/ui/Button';
import { Notice } from '@/components/ui/Notice';
import { Panel } from '@/components/ui/Panel';
import { useErrorText } from '@/hooks/useErrorText';
import { useTryPolicy } from '@/hooks/usePolicy';
import { ApiError } from '@/services/problem';
import { ACTION_KINDS, type ActionKind, type Policy, type Trial } from '@/services/types';
import { LinesField, linesOf } from './LinesField';
import { usePolicyWords } from './usePolicyWords';

interface TryPolicyProps {
  /** Also one that is not saved. */
  policy: Policy;
  names: Readonly<Record<string, string>>;
}

/** What the policy would say of something; nothing is sent, and nothing decided. */
export function TryPolicy({ policy, names }: TryPolicyProps) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const words = usePolicyWords();
  const trial = useTryPolicy();
  const [kind, setKind] = useState<ActionKind>('email');
  const [recipients, setRecipients] = useState('');
  const [channel, setChannel] = useState('');
  const [people, setPeople] = useState('');
  const [files, setFiles] = useState('');
  const [failed, setFailed] = useState<unknown>(null);
  const [found, setFound] = useState<{ of: Policy; trial: Trial } | null>(null);
  const problems = failed instanceof ApiError ? failed.fields : [];
  const at = (name: string) => problems.find(({ field }) => field.startsWith(`sample.${name}`))?.message;
  const isMessage = kind === 'slack';

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setFailed(null);
    const sample = {
      kind,
      recipients: isMessage ? [] : linesOf(recipients),
      channel: isMessage ? channel.trim() || null : null,
      people: isMessage ? Number(people) || 0 : 0,
      shared: false,
      attachments: Number(files) || 0,
    };
    trial
      .mutateAsync({ policy, sample })
      .then((made) => setFound({ of: policy, trial: made }))
      .catch((error: unknown) => {
        setFound(null);
        setFailed(error);
      });
  }

  return (
    <Panel title={t('admin.policy.try.title')} text={t('admin.policy.try.text')}>
      <form onSubmit={onSubmit} noValidate className="space-y-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <FieldFrame label={t('admin.policy.kind')}>
            {(given) => (
              <select
                {...given}
                value={kind}
                onChange={({ target }) => setKind(target.value as ActionKind)}
                className="h-10 w-full rounded-lg border border-line-strong bg-surface px-3 text-base max-md:text-[1rem]"
              >
                {ACTION_KINDS.map((one) => (
                  <option key={one} value={one}>
                    {t(`admin.policy.kinds.${one}`)}
                  </option>
                ))}
              </select>
            )}
          </FieldFrame>
          <FormField
            label={t('admin.policy.try.files')}
            type="number"
            min={0}
            value={files}
            onChange={({ target }) => setFiles(target.value)}
            error={at('attachments')}
          />
        </div>
        {isMessage ? (
          <div className="grid gap-4 sm:grid-cols-2">
            <FormField
              label={t('admin.policy.try.channel')}
              value={channel}
              onChange={({ target }) => setChannel(target.value)}
              error={at('channel')}
            />
            <FormField
              label={t('admin.policy.try.people')}
              type="number"
              min={0}
              value={people}
              onChange={({ target }) => setPeople(target.value)}
              error={at('people')}
            />
          </div>
        ) : (
          <LinesField
            label={t('admin.policy.try.recipients')}
            hint={t('admin.policy.linesHint')}
            value={recipients}
            onChange={setRecipients}
            error={at('recipients')}
          />
        )}
        <FormError
          message={
            failed === null
              ? null
              : problems.length > 0
                ? t(at('') ? 'admin.policy.try.sampleWrong' : 'admin.policy.try.policyWrong')
                : textOf(failed)
          }
        />
        <Button type="submit" busy={trial.isPending}>
          {t('admin.policy.try.action')}
        </Button>
      </form>
      <div role="status" className="mt-4 empty:mt-0">
        {found && <Outcome policy={found.of} trial={found.trial} say={(rule) => words(rule, names)} />}
      </div>
    </Panel>
  );
}

function Outcome({
  policy,
  trial,
  say,
}: {
  policy: Policy;
  trial: Trial;
  say: (rule: NonNullable<Policy['rules']>[number]) => string;
}) {
  const { t } = useTranslation();
  const matching = (policy.rules ?? []).filter(({ id }) => trial.rulings.some(({ rule }) => rule === id));
  return (
    <div className="space-y-3">
      {trial.forbidden ? (
        <Notice tone="danger" title={t('admin.policy.try.forbidden')} text={trial.forbidden} />
      ) : (
        matching.length === 0 && (
          <p className="flex items-center gap-2 text-base">
            <CircleCheck className="size-4 shrink-0 text-ok" aria-hidden />
            {t('admin.policy.try.none')}
          </p>
        )
      )}
      {matching.length > 0 && (
        <>
          <p className="font-medium text-base">
            {t('admin.policy.try.matching', { count: matching.length })}
          </p>
          <ul className="space-y-2">
            {matching.map((rule) => (
              <li key={rule.id} className="rounded-xl border px-3.5 py-2.5 text-base">
                <span className="block font-medium">{rule.name}</span>
                <span className="text-ink-2">{say(rule)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <p className="text-ink-3 text-sm">
        {t('admin.policy.try.inside', { domains: trial.inside.join(', ') })}
        {trial.outside.length > 0 &&
          ` ${t('admin.policy.try.outside', { domains: trial.outside.join(', ') })}`}
      </p>
    </div>
  );
}
