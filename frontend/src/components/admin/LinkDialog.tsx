import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { HandedOnLink } from './HandedOnLink';

interface LinkDialogProps {
  title: string;
  text: string;
  link: string;
  onClose: () => void;
}

/** A link that no mail carries: shown this once, to be copied and handed on. */
export function LinkDialog({ title, text, link, onClose }: LinkDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog open persistent onOpenChange={onClose} title={title} description={text}>
      <div className="min-h-0 overflow-y-auto px-5 pt-3">
        <HandedOnLink link={link} />
      </div>
      <footer className="flex justify-end gap-2 p-5 pt-4">
        <Button variant="primary" onClick={onClose}>
          {t('common.done')}
        </Button>
      </footer>
    </Dialog>
  );
}
