import {
  BookOpen,
  CalendarDays,
  Cloud,
  Database,
  FileText,
  Folder,
  FolderGit2,
  GitBranch,
  Globe,
  HardDrive,
  Hash,
  type LucideIcon,
  Mail,
  MessageSquare,
  NotebookText,
  Plug,
  StickyNote,
  Ticket,
} from 'lucide-react';

/** By the name that a connector's manifest gives; signs of what a service holds, not of who runs it. */
const ICONS: Readonly<Record<string, LucideIcon>> = {
  'book-open': BookOpen,
  calendar: CalendarDays,
  chat: MessageSquare,
  cloud: Cloud,
  code: FolderGit2,
  database: Database,
  drive: HardDrive,
  'file-text': FileText,
  files: Folder,
  folder: Folder,
  'folder-git-2': FolderGit2,
  git: GitBranch,
  'git-branch': GitBranch,
  github: FolderGit2,
  globe: Globe,
  gmail: Mail,
  'google-drive': HardDrive,
  google_drive: HardDrive,
  'hard-drive': HardDrive,
  hash: Hash,
  mail: Mail,
  'message-square': MessageSquare,
  note: StickyNote,
  notebook: NotebookText,
  'notebook-text': NotebookText,
  notion: NotebookText,
  slack: Hash,
  'sticky-note': StickyNote,
  ticket: Ticket,
  wiki: BookOpen,
};

/** The sign of a service by the name that its connector gives; a plug for one that names none that is known here. */
export function ServiceSign({ name, className }: { name: string | undefined; className?: string }) {
  const Icon = ICONS[(name ?? '').toLowerCase()] ?? Plug;
  return <Icon className={className} strokeWidth={1.75} aria-hidden />;
}
