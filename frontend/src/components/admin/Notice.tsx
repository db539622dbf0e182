import { Info, TriangleAlert } from 'lucide-react';
import { cn } from '@/utils/cn';

interface NoticeProps {
  id?: string;
  title: string;
  text: string;
  tone?: 'info' | 'warn';
}

/** What somebody should know before they act. */
export function Notice({ id, title, text, tone = 'info' }: NoticeProps) {
  const Icon = tone === 'warn' ? TriangleAlert : Info;
  return (
    <div
      id={id}
      className={cn(
        'flex items-start gap-3 rounded-xl border p-4',
        tone === 'warn' ? 'bg-warn-soft' : 'bg-accent-soft',
      )}
    >
      <Icon
        className={cn('mt-0.5 size-4 shrink-0', tone === 'warn' ? 'text-warn' : 'text-accent-text')}
        aria-hidden
      />
      <div className="min-w-0">
        <p className="font-semibold">{title}</p>
        <p className="mt-0.5 text-pretty text-base text-ink-2">{text}</p>
      </div>
    </div>
  );
}
