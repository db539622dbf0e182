import type { ActionKind, PolicyRule } from '@/services/types';
import { randomId } from '@/utils/randomId';
import type { Approver } from './ApproversField';
import { linesOf } from './LinesField';

export type Either = 'any' | 'yes' | 'no';

/** A rule as its fields hold it: numbers and lists as they are typed. */
export interface RuleDraft {
  id: string;
  name: string;
  kinds: ActionKind[];
  outside: Either;
  attachments: Either;
  moreThan: string;
  domains: string;
  addresses: string;
  channels: string;
  effect: PolicyRule['then']['effect'];
  /** Why it is forbidden, or what is to be confirmed. */
  words: string;
  whose: 'administrators' | 'people';
  approvers: Approver[];
  count: string;
}

const either = (value: boolean | null | undefined): Either =>
  value === true ? 'yes' : value === false ? 'no' : 'any';
const known = (value: Either): boolean | null => (value === 'any' ? null : value === 'yes');

export const newRule = (): RuleDraft => ({
  id: `rule_${randomId()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .slice(0, 16)}`,
  name: '',
  kinds: [],
  outside: 'any',
  attachments: 'any',
  moreThan: '',
  domains: '',
  addresses: '',
  channels: '',
  effect: 'second_person',
  words: '',
  whose: 'administrators',
  approvers: [],
  count: '1',
});

export function draftOfRule(rule: PolicyRule, names: Readonly<Record<string, string>>): RuleDraft {
  const { when, then } = rule;
  const lines = (items: readonly string[] | undefined) => (items ?? []).join('\n');
  const named = then.effect === 'second_person' && Array.isArray(then.approvers) ? then.approvers : null;
  return {
    id: rule.id,
    name: rule.name,
    kinds: [...(when.kinds ?? [])],
    outside: either(when.outside),
    attachments: either(when.attachments),
    moreThan: when.more_than?.toString() ?? '',
    domains: lines(when.domains),
    addresses: lines(when.addresses),
    channels: lines(when.channels),
    effect: then.effect,
    words: then.effect === 'forbid' ? then.reason : then.effect === 'confirm' ? then.message : '',
    whose: named ? 'people' : 'administrators',
    approvers: (named ?? []).map((id) => ({ id, name: names[id] ?? id })),
    count: then.effect === 'second_person' ? String(then.count ?? 1) : '1',
  };
}

/** As the server takes it; what is typed wrongly, it refuses by field. */
export function ruleOf(draft: RuleDraft): PolicyRule {
  const number = (typed: string) => (typed.trim() === '' ? null : Number(typed));
  return {
    id: draft.id,
    name: draft.name,
    when: {
      kinds: draft.kinds,
      domains: linesOf(draft.domains),
      addresses: linesOf(draft.addresses),
      channels: linesOf(draft.channels),
      outside: known(draft.outside),
      more_than: number(draft.moreThan),
      attachments: known(draft.attachments),
    },
    // biome-ignore lint/suspicious/noThenProperty: what the server calls it
    then:
      draft.effect === 'forbid'
        ? { effect: 'forbid', reason: draft.words }
        : draft.effect === 'confirm'
          ? { effect: 'confirm', message: draft.words }
          : {
              effect: 'second_person',
              approvers:
                draft.whose === 'administrators' ? 'administrators' : draft.approvers.map(({ id }) => id),
              count: number(draft.count) ?? 1,
            },
  };
}
