import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '@/hooks/useErrorText';
import { ApiError } from '@/services/problem';
import type { Wanted } from '@/utils/actionDrafts';

/**
 * Sends what an editor holds. What the server refuses stands at the fields it names, and what belongs to none of them
 * above the buttons. `fields`: those that the editor has, as the server names them.
 */
export function useSubmission(submit: (wanted: Wanted) => Promise<unknown>, fields: readonly string[]) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const problems = error instanceof ApiError ? error.fields : [];
  const at = (name: string) =>
    problems.find(({ field }) => field === name || field.startsWith(`${name}.`))?.message;
  const everywhere = problems.every(({ field }) =>
    fields.some((name) => field === name || field.startsWith(`${name}.`)),
  );
  const placed = problems.length > 0 && everywhere;
  return {
    busy,
    problemAt: at,
    failure: error === null ? null : placed ? t('actions.formFailed') : textOf(error),
    run: async (wanted: Wanted) => {
      if (busy) return;
      setBusy(true);
      setError(null);
      try {
        await submit(wanted);
      } catch (refused) {
        setError(refused);
        setBusy(false);
      }
    },
  };
}
