import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { loadDemo } from '@/services/demo';
import { keys } from '@/services/queries';
import { notice } from '@/utils/notice';
import { useErrorText } from './useErrorText';

/** Adds the demo library, and says how that went: where it is offered goes with the emptiness of the library. */
export function useLoadDemo() {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => loadDemo(),
    onSuccess: ({ documents }) => {
      void notice('success', t('library.demoLoaded', { count: documents }));
      void queries.invalidateQueries({ queryKey: keys.documents });
    },
    onError: (error) => notice('error', t('library.demoFailed'), textOf(error)),
  });
}
