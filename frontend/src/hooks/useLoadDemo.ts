import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { loadDemo } from '@/services/demo';
import { keys } from '@/services/queries';
import { useErrorText } from './useErrorText';

/** Adds the demo library, and says how that went: where it is offered goes with the emptiness of the library. */
export function useLoadDemo() {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => loadDemo(),
    onSuccess: ({ documents }) => {
      toast.success(t('library.demoLoaded', { count: documents }));
      void queries.invalidateQueries({ queryKey: keys.documents });
    },
    onError: (error) => toast.error(t('library.demoFailed'), { description: textOf(error) }),
  });
}
