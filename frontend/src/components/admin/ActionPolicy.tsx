import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { FormError } from '@/components/FormError';
import { Button } from '@/components/ui/Button';
import { ConfirmDialog } from '@/components/ui/Dialog';
import { Loaded } from '@/components/ui/Loaded';
import { Notice } from '@/components/ui/Notice';
import { Panel } from '@/components/ui/Panel';
import { TabHead } from '@/components/ui/TabHead';
import { useErrorText } from '@/hooks/useErrorText';
import { useChangePolicy, usePolicy } from '@/hooks/usePolicy';
import { useUnsaved } from '@/hooks/useUnsaved';
import { ApiError, isApiError } from '@/services/problem';
import type { Policy, StoredPolicy } from '@/services/types';
import { formatMoment } from '@/utils/moment';
import { LinesField, linesOf } from './LinesField';
import { PolicyRules } from './PolicyRules';
import { TryPolicy } from './TryPolicy';
import { usePolicyWords } from './usePolicyWords';

/** What is being changed, and of which version. */
interface Draft {
  version: number;
  policy: Policy;
  inside: string;
  names: Record<string, string>;
}

const same = (one: Policy, other: Policy) => JSON.stringify(one) === JSON.stringify(other);
const draftOf = ({ version, policy, names }: StoredPolicy): Draft => ({
  version,
  policy,
  inside: (policy.inside ?? []).join('\n'),
  names,
});
const wanted = (draft: Draft): Policy => ({ ...draft.policy, inside: linesOf(draft.inside) });

/** What may leave in anybody's name, and whose word that needs. It holds once it is saved. */
export default function ActionPolicy() {
  const { t } = useTranslation();
  const policy = usePolicy();
  return (
    <div className="max-w-[44rem]">
      <TabHead title={t('tabs.admin.actions')} text={t('admin.policy.text')} />
      <div className="mt-5 space-y-6">
        <Loaded query={policy} errorTitle={t('admin.policy.errorTitle')} layout="page">
          {(stored) => <Editor stored={stored} refetch={() => policy.refetch().then(({ data }) => data)} />}
        </Loaded>
      </div>
    </div>
  );
}

function Editor({
  stored,
  refetch,
}: {
  stored: StoredPolicy;
  refetch: () => Promise<StoredPolicy | undefined>;
}) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const change = useChangePolicy();
  const [draft, setDraft] = useState<Draft | null>(null);
  const [theirs, setTheirs] = useState<StoredPolicy | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  const shown = draft ?? draftOf(stored);
  const dirty = draft !== null && !same(wanted(draft), stored.policy);
  const { leaving, stay, leave } = useUnsaved(dirty);
  const problems = failed instanceof ApiError ? failed.fields : [];
  const insideProblem = problems.find(({ field }) => /^(policy\.)?inside/.test(field))?.message;

  function put(changed: Partial<Draft>) {
    setFailed(null);
    setDraft({ ...shown, ...changed });
  }

  function discard() {
    setDraft(null);
    setTheirs(null);
    setFailed(null);
  }

  function save() {
    setFailed(null);
    change
      .mutateAsync({ version: shown.version, policy: wanted(shown) })
      .then(() => {
        discard();
        toast.success(t('admin.policy.saved'));
      })
      .catch(async (error: unknown) => {
        if (isApiError(error, 'changed')) setTheirs((await refetch()) ?? null);
        else setFailed(error);
      });
  }

  return (
    <>
      {theirs && (
        <Theirs
          stored={theirs}
          onTake={discard}
          onKeep={() => {
            setDraft({ ...shown, version: theirs.version, names: { ...theirs.names, ...shown.names } });
            setTheirs(null);
          }}
        />
      )}
      <PolicyRules
        rules={shown.policy.rules ?? []}
        names={shown.names}
        problems={problems}
        onChange={(rules, names = {}) =>
          put({ policy: { ...shown.policy, rules }, names: { ...shown.names, ...names } })
        }
      />
      <Panel title={t('admin.policy.insideTitle')} text={t('admin.policy.insideText')}>
        <LinesField
          label={t('admin.policy.inside')}
          hint={t('admin.policy.insideHint')}
          value={shown.inside}
          onChange={(inside) => put({ inside })}
          error={insideProblem}
        />
      </Panel>
      <div className="sticky bottom-0 z-10 -mx-1 flex flex-wrap items-center justify-end gap-2 border-t bg-canvas px-1 py-3">
        <p role="status" className="min-w-0 flex-1 basis-48 text-ink-3 text-sm">
          {dirty ? t('admin.policy.unsaved') : <Changed stored={stored} />}
        </p>
        {dirty && <Button onClick={discard}>{t('admin.policy.discard')}</Button>}
        <Button variant="primary" busy={change.isPending} disabled={!dirty || theirs !== null} onClick={save}>
          {t('admin.policy.save')}
        </Button>
      </div>
      <FormError
        message={failed === null ? null : problems.length > 0 ? t('admin.policy.saveFailed') : textOf(failed)}
      />
      <TryPolicy policy={wanted(shown)} names={shown.names} />
      <ConfirmDialog
        open={leaving !== null}
        onOpenChange={stay}
        title={t('admin.policy.leaveTitle')}
        description={t('admin.policy.leaveText')}
        action={t('admin.policy.leave')}
        onConfirm={leave}
      />
    </>
  );
}

function Changed({ stored: { changed_at, changed_by, names } }: { stored: StoredPolicy }) {
  const { t } = useTranslation();
  if (!changed_at) return t('admin.policy.never');
  const name = (changed_by && names[changed_by]) || t('admin.policy.nobody');
  return t('admin.policy.changed', { name, time: formatMoment(changed_at) });
}

/** Somebody else was quicker: what holds now, beside what was about to be saved. */
function Theirs({
  stored,
  onTake,
  onKeep,
}: {
  stored: StoredPolicy;
  onTake: () => void;
  onKeep: () => void;
}) {
  const { t } = useTranslation();
  const words = usePolicyWords();
  const { policy, names } = stored;
  return (
    <Notice
      tone="warn"
      role="alert"
      title={t('admin.policy.conflictTitle')}
      text={<Changed stored={stored} />}
    >
      <p className="mt-2 font-medium">{t('admin.policy.conflictNow')}</p>
      <ul className="mt-1 list-disc space-y-1 pl-5">
        {(policy.rules ?? []).map((rule) => (
          <li key={rule.id}>
            <span className="font-medium">{rule.name}:</span> {words(rule, names)}
          </li>
        ))}
        {(policy.rules ?? []).length === 0 && <li>{t('admin.policy.emptyTitle')}</li>}
        <li>
          {t('admin.policy.inside')}: {(policy.inside ?? []).join(', ') || t('admin.policy.insideNone')}
        </li>
      </ul>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button size="sm" onClick={onTake}>
          {t('admin.policy.takeTheirs')}
        </Button>
        <Button size="sm" onClick={onKeep}>
          {t('admin.policy.keepMine')}
        </Button>
      </div>
    </Notice>
  );
}
