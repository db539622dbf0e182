import { Pencil, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { DeferredMenuProps } from '@/components/ui/DeferredMenu';
import { MenuItem, OpenMenu } from '@/components/ui/Menu';

export default function HistoryMenu({
  onAsk,
  ...menu
}: DeferredMenuProps & { onAsk: (what: 'rename' | 'delete') => void }) {
  const { t } = useTranslation();
  return (
    <OpenMenu {...menu}>
      <MenuItem onSelect={() => onAsk('rename')}>
        <Pencil aria-hidden />
        {t('nav.rename')}
      </MenuItem>
      <MenuItem danger onSelect={() => onAsk('delete')}>
        <Trash2 aria-hidden />
        {t('common.delete')}
      </MenuItem>
    </OpenMenu>
  );
}
