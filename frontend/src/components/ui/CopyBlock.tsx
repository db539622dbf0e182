import { Check, Copy } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { Button } from '@/components/ui/Button';
import { useCopy } from '@/hooks/useCopy';
import { cn } from '@/utils/cn';

interface CopyBlockProps {
  label: string;
  text: string;
  /** Breaks long lines; else they scroll. */
  wrap?: boolean;
}

/** Lines to take along, with a button that copies them. */
export function CopyBlock({ label, text, wrap = false }: CopyBlockProps) {
  const { t } = useTranslation();
  const { copied, copy } = useCopy();
  return (
    <div className="relative rounded-xl border bg-sunken">
      <section
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll, also with the keyboard
        tabIndex={0}
        className="mr-12 overflow-x-auto rounded-xl py-3.5 pl-3.5"
      >
        <pre className={cn('font-mono text-xs leading-relaxed', wrap && 'whitespace-pre-wrap break-all')}>
          {text}
        </pre>
      </section>
      <div className="absolute top-1.5 right-1.5 rounded-lg bg-sunken">
        <Button
          variant="ghost"
          size="icon"
          aria-label={t('common.copy')}
          onClick={() => copy(text).catch(() => toast.error(t('common.copyFailed')))}
        >
          {copied ? <Check className="text-ok" aria-hidden /> : <Copy aria-hidden />}
        </Button>
      </div>
      <span role="status" className="sr-only">
        {copied && t('common.copied')}
      </span>
    </div>
  );
}
