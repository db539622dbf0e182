import { useTranslation } from 'react-i18next';
import type { Reason } from '@/services/types';

const GROUPS = ['owner', 'chosen', 'channel', 'workspace', 'drive', 'managers', 'repository'] as const;

/** A reason why somebody sees something, in words that fit the reader as well as anybody else. */
export function useReasonText(): (reason: Reason & { matched?: string | null }) => string {
  const { t } = useTranslation();
  return ({ reason, principal, kind, group, matched }) => {
    if (reason === 'matched' && matched) {
      return t('why.matched', { reason: t('why.reason.address', { name: matched }), person: matched });
    }
    const known = GROUPS.find((one) => one === kind);
    const name = group ?? kind ?? principal.slice(principal.indexOf(':') + 1);
    const text = known ? t(`why.group.${known}`, { name }) : t(`why.reason.${reason}`, { name });
    return matched ? t('why.matched', { reason: text, person: matched }) : text;
  };
}
