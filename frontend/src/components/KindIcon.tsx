import {
  Braces,
  FileArchive,
  FileCode,
  FileSpreadsheet,
  FileText,
  Globe,
  Inbox,
  type LucideIcon,
  Mail,
  MessageSquare,
  Presentation,
  Table,
  Ticket,
} from 'lucide-react';
import { cn } from '@/utils/cn';

const ICONS: Record<string, LucideIcon> = {
  pptx: Presentation,
  xlsx: FileSpreadsheet,
  html: Globe,
  page: Globe,
  csv: Table,
  json: Braces,
  email: Mail,
  mailbox: Inbox,
  code: FileCode,
  archive: FileArchive,
  message: MessageSquare,
  ticket: Ticket,
};

export function KindIcon({ kind, className }: { kind: string; className?: string }) {
  const Icon = ICONS[kind] ?? FileText;
  return <Icon className={cn('size-4 shrink-0 text-ink-3', className)} strokeWidth={1.75} aria-hidden />;
}
