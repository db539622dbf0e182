import {
  Braces,
  CalendarDays,
  FileArchive,
  FileCode,
  FileCog,
  FileSpreadsheet,
  FileText,
  Globe,
  Image,
  Inbox,
  type LucideIcon,
  Mail,
  MessageSquare,
  NotebookText,
  Presentation,
  ScrollText,
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
  calendar: CalendarDays,
  notebook: NotebookText,
  code: FileCode,
  data: FileCog,
  log: ScrollText,
  archive: FileArchive,
  image: Image,
  message: MessageSquare,
  ticket: Ticket,
};

export function KindIcon({ kind, className }: { kind: string; className?: string }) {
  const Icon = ICONS[kind] ?? FileText;
  return <Icon className={cn('size-4 shrink-0 text-ink-3', className)} strokeWidth={1.75} aria-hidden />;
}
