import { Reply, ReplyAll } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { Button } from '@/components/ui/Button';
import { actionPath } from '@/utils/paths';
import { NewReply } from './editors/NewReply';

const WAYS = [
  { everybody: false, label: 'actions.reply', Icon: Reply },
  { everybody: true, label: 'actions.replyAll', Icon: ReplyAll },
] as const;

/** Begins an answer to a mail. */
export default function ReplyButtons({ documentId }: { documentId: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [answering, setAnswering] = useState<boolean | null>(null);
  return (
    <>
      {WAYS.map(({ everybody, label, Icon }) => (
        <Button
          key={label}
          variant="ghost"
          size="icon"
          aria-label={t(label)}
          title={t(label)}
          onClick={() => setAnswering(everybody)}
        >
          <Icon aria-hidden />
        </Button>
      ))}
      {answering !== null && (
        <NewReply
          documentId={documentId}
          everybody={answering}
          onProposed={(made) => navigate(actionPath(made.id))}
          onClose={() => setAnswering(null)}
        />
      )}
    </>
  );
}
