import { useTranslation } from 'react-i18next';
import type { PolicyRule } from '@/services/types';

const LISTED = 3;

/** A rule of the policy in plain words. `names`: what the approvers are called, by id. */
export function usePolicyWords() {
  const { t, i18n } = useTranslation();
  const list = (items: readonly string[], type: 'conjunction' | 'disjunction' = 'disjunction') => {
    const shown = items.slice(0, LISTED);
    const more = items.length - shown.length;
    const all = more > 0 ? [...shown, t('admin.policy.more', { count: more })] : shown;
    return new Intl.ListFormat(i18n.language, { type }).format(all);
  };

  function effect({ then }: PolicyRule, names: Readonly<Record<string, string>>): string {
    switch (then.effect) {
      case 'forbid':
        return t('admin.policy.forbids', { reason: then.reason });
      case 'confirm':
        return t('admin.policy.confirms', { message: then.message });
      case 'second_person': {
        const count = then.count ?? 1;
        if (then.approvers === 'administrators' || then.approvers === undefined)
          return t('admin.policy.needsAdministrators', { count });
        const people = list(then.approvers.map((id) => names[id] ?? t('admin.policy.nobody')));
        return then.approvers.length === 1
          ? t('admin.policy.needsPerson', { people })
          : t('admin.policy.needsPeople', { count, people });
      }
    }
  }

  return (rule: PolicyRule, names: Readonly<Record<string, string>>): string => {
    const {
      kinds = [],
      domains = [],
      addresses = [],
      channels = [],
      outside,
      more_than,
      attachments,
    } = rule.when;
    const subject = kinds.length
      ? list(
          kinds.map((kind) => t(`admin.policy.kinds.${kind}`)),
          'conjunction',
        )
      : t('admin.policy.everything');
    const conditions = [
      attachments === true && t('admin.policy.withFiles'),
      attachments === false && t('admin.policy.withoutFiles'),
      outside === true && t('admin.policy.toOutside'),
      outside === false && t('admin.policy.toInside'),
      domains.length > 0 && t('admin.policy.toDomains', { domains: list(domains) }),
      addresses.length > 0 && t('admin.policy.toAddresses', { addresses: list(addresses) }),
      channels.length > 0 && t('admin.policy.inChannels', { channels: list(channels) }),
      typeof more_than === 'number' && t('admin.policy.toMore', { count: more_than }),
    ].filter(Boolean);
    return [subject, ...conditions, effect(rule, names)].join(' ');
  };
}
