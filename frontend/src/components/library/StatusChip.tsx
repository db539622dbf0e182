import { CircleAlert, CircleCheck, Clock, LoaderCircle } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Chip } from '@/components/ui/Chip';
import type { DocumentStatus } from '@/services/types';

const LOOKS = {
  queued: { icon: Clock, tone: 'plain' },
  processing: { icon: LoaderCircle, tone: 'accent' },
  indexed: { icon: CircleCheck, tone: 'quiet' },
  failed: { icon: CircleAlert, tone: 'danger' },
} as const;

export function StatusChip({ status }: { status: DocumentStatus }) {
  const { t } = useTranslation();
  return (
    <Chip size="md" {...LOOKS[status]} busy={status === 'processing'}>
      {t(`status.${status}`)}
    </Chip>
  );
}
