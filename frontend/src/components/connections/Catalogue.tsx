import { SearchX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { buttonStyles } from '@/components/ui/Button';
import { EmptyState } from '@/components/ui/EmptyState';
import { Loaded } from '@/components/ui/Loaded';
import { RowsSkeleton } from '@/components/ui/RowsSkeleton';
import { useUser } from '@/contexts/AuthContext';
import { useConnectors } from '@/hooks/useConnectors';
import type { Connector } from '@/services/types';
import { connectPath } from '@/utils/paths';
import { ConnectorIcon } from './ConnectorIcon';
import { Rights } from './Rights';

/** What can be connected here. */
export function Catalogue() {
  const { t } = useTranslation();
  const connectors = useConnectors();
  return (
    <Loaded query={connectors} errorTitle={t('connections.catalogueErrorTitle')} skeleton={<RowsSkeleton />}>
      {(items) =>
        items.length === 0 ? (
          <EmptyState icon={SearchX} title={t('connections.noneTitle')} text={t('connections.noneText')} />
        ) : (
          <ul className="grid items-start gap-3 lg:grid-cols-2">
            {items.map((connector) => (
              <Offer key={connector.type} connector={connector} />
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}

function Offer({ connector }: { connector: Connector }) {
  const { t } = useTranslation();
  const { role } = useUser();
  const { type, name, icon, description, copies, rights, configured, modes } = connector;
  const refusal = !configured
    ? t('connections.notSetUp')
    : role !== 'admin' && !modes.includes('personal')
      ? t('connections.administratorsOnly')
      : null;
  return (
    <li className="rounded-2xl border bg-surface p-4 shadow-sm sm:p-5">
      <div className="flex items-start gap-3.5">
        <ConnectorIcon name={icon} />
        <div className="min-w-0 flex-1">
          <h3 className="break-words font-semibold text-md">{name}</h3>
          <p className="mt-0.5 text-pretty text-base text-ink-2">{description}</p>
          {copies.length > 0 && (
            <p className="mt-1 text-pretty text-ink-3 text-sm">
              {t('connections.copies', { what: copies.join(', ') })}
            </p>
          )}
        </div>
        {!refusal && (
          <Link
            to={connectPath(type)}
            aria-label={t('connections.connectNamed', { name })}
            className={buttonStyles({ variant: 'secondary', size: 'sm', className: 'max-md:h-10' })}
          >
            {t('connections.connect')}
          </Link>
        )}
      </div>
      {refusal && (
        <p className="mt-3 text-pretty rounded-lg bg-hover px-3 py-2 text-ink-2 text-sm">{refusal}</p>
      )}
      <Rights name={name} rights={rights} className="mt-3" />
    </li>
  );
}
