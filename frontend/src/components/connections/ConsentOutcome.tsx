import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useSearchParams } from 'react-router';
import { buttonStyles } from '@/components/ui/Button';
import { Notice } from '@/components/ui/Notice';
import { useActingConnections, useConnections } from '@/hooks/useConnections';
import { useSourceName } from '@/hooks/useSourceName';
import { isHeld } from '@/utils/connectionState';
import { connectionPath } from '@/utils/paths';

/** The codes of a consent that came to nothing. */
const KNOWN = [
  'provider_denied',
  'state_invalid',
  'permission_missing',
  'another_account',
  'reauth_required',
  'invalid_config',
  'consent_not_set_up',
  'source_rate_limited',
  'source_unavailable',
  'source_refused',
  'source_error',
  'session_ended',
  'not_found',
  'unknown_connector',
  'rate_limited',
  'unavailable',
] as const;

interface ConsentOutcomeProps {
  /** The page of the connection itself: there is nowhere to go from it. */
  atConnection?: boolean;
  className?: string;
}

/** Tells how allowing it at the provider ended. The address that the browser came back to says it, once. */
export function ConsentOutcome({ atConnection = false, className }: ConsentOutcomeProps) {
  const { t } = useTranslation();
  const nameOf = useSourceName();
  const [params, setParams] = useSearchParams();
  const [told] = useState(() => ({
    connected: params.get('connected'),
    error: params.get('error'),
    connector: params.get('connector'),
  }));
  const connections = useConnections().data;
  const acting = useActingConnections().data?.find(({ id }) => id === told.connected);

  const tells = params.has('connected') || params.has('error');
  useEffect(() => {
    if (!tells) return;
    setParams(
      (old) => {
        for (const name of ['connected', 'error', 'connector']) old.delete(name);
        return old;
      },
      { replace: true },
    );
  }, [tells, setParams]);

  if (acting) {
    return (
      <Notice
        role="status"
        tone="ok"
        title={t('connections.connectedTitle', { name: acting.name })}
        text={t('connections.acting.connectedText')}
        className={className}
      />
    );
  }
  if (told.connected) {
    const found = connections?.find(({ id }) => id === told.connected);
    if (found && isHeld(found)) {
      return atConnection ? null : <Navigate to={connectionPath(found.id)} replace />;
    }
    const name = found?.name;
    return (
      <Notice
        role="status"
        tone="ok"
        title={name ? t('connections.connectedTitle', { name }) : t('connections.connectedTitleUnnamed')}
        text={t('connections.connectedText')}
        className={className}
      >
        {!atConnection && (
          <Link
            to={connectionPath(told.connected)}
            className={buttonStyles({ size: 'sm', className: 'mt-3 max-md:h-10' })}
          >
            {t('connections.follow')}
          </Link>
        )}
      </Notice>
    );
  }
  if (!told.error) return null;
  const source = told.connector ? nameOf(told.connector) : t('connections.theService');
  return (
    <Notice
      role="alert"
      tone="danger"
      title={t('connections.consentFailed', { source })}
      text={t(`connections.consentErrors.${KNOWN.find((code) => code === told.error) ?? 'other'}`, {
        source,
      })}
      className={className}
    />
  );
}
