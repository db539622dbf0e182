import {
  FileDown,
  FileKey2,
  FileUser,
  FileX,
  Gauge,
  KeyRound,
  KeySquare,
  Link2,
  Link2Off,
  LogIn,
  LogOut,
  type LucideIcon,
  Mail,
  MailCheck,
  MailPlus,
  MailX,
  MonitorX,
  ShieldAlert,
  UserCheck,
  UserCog,
  UserPen,
  UserPlus,
  Users,
  UserX,
} from 'lucide-react';

/** Every event that the server notes, in the order of the filter, with its sign. The words are `admin.events`. */
export const EVENT_ICONS = {
  login: LogIn,
  logout: LogOut,
  'session.ended': MonitorX,
  'session.ended_all': MonitorX,
  'session.token_reused': ShieldAlert,
  'user.registered': UserPlus,
  'user.role_changed': UserCog,
  'user.groups_changed': Users,
  'user.active_changed': UserCheck,
  'user.limit_changed': Gauge,
  'user.email_proven': MailCheck,
  'user.deleted': UserX,
  'invitation.created': MailPlus,
  'invitation.resent': MailPlus,
  'invitation.withdrawn': MailX,
  'password.forgot': KeyRound,
  'password.reset_sent': KeyRound,
  'password.reset': KeyRound,
  'password.change': KeyRound,
  'email.verified': MailCheck,
  'email.change_asked': Mail,
  'email.changed': Mail,
  'profile.changed': UserPen,
  'account.linked': Link2,
  'account.unlinked': Link2Off,
  'api_key.created': KeySquare,
  'api_key.revoked': KeySquare,
  'signing_key.rotated': FileKey2,
  'audit.exported': FileDown,
  'document.access_changed': FileUser,
  'document.deleted': FileX,
  'export.made': FileDown,
} as const satisfies Record<string, LucideIcon>;

export type AuditEvent = keyof typeof EVENT_ICONS;

export const AUDIT_EVENTS = Object.keys(EVENT_ICONS) as AuditEvent[];

/** The event, when these pages know it; a newer server may note others, which keep their own name. */
export const knownEvent = (event: string): AuditEvent | undefined =>
  AUDIT_EVENTS.find((item) => item === event);
