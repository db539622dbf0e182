import { ScrollText } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Chip } from '@/components/ui/Chip';
import { Dialog } from '@/components/ui/Dialog';
import { Loaded } from '@/components/ui/Loaded';
import { Fact, FactList } from '@/components/ui/Panel';
import { useUser } from '@/contexts/AuthContext';
import { useMethodName } from '@/hooks/useMethodName';
import { usePerson } from '@/hooks/usePeople';
import type { Person } from '@/services/types';
import { formatAgo, formatDate, formatDateTime } from '@/utils/format';
import { PersonAccess } from './PersonAccess';
import { PersonAddress } from './PersonAddress';
import { PersonGroups } from './PersonGroups';
import { PersonLimit } from './PersonLimit';
import { PersonReset } from './PersonReset';
import { PersonRole } from './PersonRole';
import { PersonSessions } from './PersonSessions';
import { AccountStatus, Verified } from './personMarks';

interface PersonDrawerProps {
  id: string;
  /** What the list knows already. */
  known: Person | undefined;
  onClose: () => void;
}

/** Everything about one account, and everything that can be done to it. */
export function PersonDrawer({ id, known, onClose }: PersonDrawerProps) {
  const { t } = useTranslation();
  const found = usePerson(id, known);
  const person = found.data;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={person ? person.name || person.email : t('admin.people.columns.person')}
      placement="side"
      className="w-[min(100vw,28rem)]"
    >
      <div className="min-h-0 flex-1 overflow-y-auto px-5 pt-2 pb-8">
        <Loaded query={found} errorTitle={t('admin.person.errorTitle')}>
          {(account) => <Details person={account} onGone={onClose} />}
        </Loaded>
      </div>
    </Dialog>
  );
}

function Details({ person, onGone }: { person: Person; onGone: () => void }) {
  const { t } = useTranslation();
  const methodName = useMethodName();
  const self = useUser().id === person.id;
  return (
    <>
      <p className="flex items-center gap-1.5 break-all text-base text-ink-2">
        {person.email}
        <Verified verified={person.email_verified} />
      </p>
      <p className="mt-2 flex flex-wrap gap-1.5">
        {self && <Chip>{t('admin.people.you')}</Chip>}
        <AccountStatus disabled={person.disabled} />
        {!person.email_verified && <Chip tone="warn">{t('admin.people.unverified')}</Chip>}
      </p>
      <div className="mt-4">
        <FactList>
          <Fact label={t('admin.people.columns.methods')}>
            {person.sign_in_methods.map(methodName).join(', ') || t('admin.methodNone')}
          </Fact>
          <Fact label={t('admin.people.columns.lastSignIn')}>
            {person.last_login_at ? (
              <time dateTime={person.last_login_at} title={formatDateTime(person.last_login_at)}>
                {formatAgo(person.last_login_at)}
              </time>
            ) : (
              t('admin.never')
            )}
          </Fact>
          <Fact label={t('admin.person.since')}>{formatDate(person.created_at)}</Fact>
        </FactList>
      </div>
      <Link
        to={`/admin/audit?user=${encodeURIComponent(person.id)}`}
        className="mt-2 inline-flex min-h-9 items-center gap-2 rounded font-medium text-accent-text text-base underline-offset-4 hover:underline max-md:min-h-11"
      >
        <ScrollText className="size-4" aria-hidden />
        {t('admin.person.audit')}
      </Link>
      <PersonRole person={person} self={self} />
      <PersonGroups person={person} />
      <PersonLimit key={String(person.requests_per_minute)} person={person} />
      <PersonSessions person={person} self={self} />
      <PersonAddress person={person} />
      <PersonReset person={person} />
      <PersonAccess person={person} self={self} onDeleted={onGone} />
    </>
  );
}
