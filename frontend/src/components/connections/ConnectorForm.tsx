import { ExternalLink } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { FormError } from '@/components/FormError';
import { FormField } from '@/components/FormField';
import { Button, buttonStyles } from '@/components/ui/Button';
import { useUser } from '@/contexts/AuthContext';
import { useConnect } from '@/hooks/useConnections';
import { useConnectorForm } from '@/hooks/useConnectorForm';
import type { ConnectionMode, Connector } from '@/services/types';
import { sentOptions } from '@/utils/optionFields';
import { connectionPath } from '@/utils/paths';
import { CredentialFields } from './CredentialFields';
import { credentialsOf, missingOf, typedNothing } from './credentials';
import { ModeField } from './ModeField';
import { OptionFields } from './OptionFields';
import { Rights } from './Rights';
import { ScopeList } from './ScopeList';
import { Step } from './Step';

const MAX_NAME_CHARS = 100;

/** Connects an account: whose it is, what may be read, and what opens it. What to include is chosen from what it sees. */
export function ConnectorForm({ connector }: { connector: Connector }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { role } = useUser();
  const { type, purpose, name: source, scopes, rights, credentials: kinds } = connector;
  const acting = purpose === 'actions';
  const modes = connector.modes.filter((mode) => mode === 'personal' || role === 'admin');
  const [mode, setMode] = useState<ConnectionMode>(modes[0] ?? 'personal');
  const [name, setName] = useState('');
  const [typed, setTyped] = useState(() => typedNothing(kinds));
  const [pressed, setPressed] = useState(false);
  const form = useConnectorForm(connector.options, {});
  const connect = useConnect();
  const missing = missingOf(typed);
  const asked = scopes.filter(
    ({ modes: of, option }) => of.includes(mode) && (option === null || form.values[option] === true),
  );
  const atProvider = typed.kind === 'oauth';
  // What more has to be asked for is chosen before it is asked for.
  const asking = new Set(scopes.filter(({ modes: of }) => of.includes(mode)).map(({ option }) => option));
  const fields = form.fields.filter((field) => field.onlyWith === typed.kind || asking.has(field.name));

  function submit(event: FormEvent) {
    event.preventDefault();
    setPressed(true);
    form.setFailure(null);
    if (missing) return;
    connect
      .mutateAsync({
        type,
        purpose,
        mode,
        name: name.trim() || undefined,
        credentials: credentialsOf(typed),
        options: sentOptions(fields, form.values),
        return_to: '/connections',
        held: !acting,
      })
      .then(
        (made) => {
          if (made.authorize_url) return;
          navigate(acting ? '/connections' : connectionPath(made.id), { replace: true });
        },
        (error: unknown) => form.setFailure(error),
      );
  }

  return (
    <form onSubmit={submit} noValidate className="space-y-5">
      {modes.length > 1 && (
        <Step title={t('connections.form.mode')}>
          <ModeField modes={modes} value={mode} onChange={setMode} />
        </Step>
      )}
      <Step
        title={t('connections.form.scopes', { source })}
        text={t(acting ? 'connections.acting.scopesText' : 'connections.form.scopesText')}
      >
        <ScopeList scopes={asked} />
        <Rights name={source} rights={rights} className="mt-3" />
      </Step>
      <Step title={t('connections.form.credentials')}>
        <div className="space-y-4">
          <CredentialFields
            name={source}
            kinds={kinds}
            typed={typed}
            onChange={(next) => {
              setPressed(false);
              form.setFailure(null);
              setTyped(next);
            }}
            error={pressed && missing ? t(`connections.missing.${missing}`) : form.credentialsError}
          />
          {fields.length > 0 && (
            <OptionFields
              fields={fields}
              values={form.values}
              onChange={form.change}
              errorOf={form.errorOf}
            />
          )}
          <FormField
            label={t('connections.name')}
            hint={t('connections.nameHint')}
            error={form.nameError}
            optional
            maxLength={MAX_NAME_CHARS}
            autoComplete="off"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </div>
      </Step>
      <FormError message={form.failure} />
      <p className="text-pretty text-ink-3 text-sm">{t('connections.form.next')}</p>
      <footer className="flex flex-wrap items-center justify-end gap-2">
        <Link to="/connections" className={buttonStyles({ className: 'max-md:h-10' })}>
          {t('common.cancel')}
        </Link>
        <Button
          type="submit"
          variant="primary"
          className="max-md:h-10"
          // Until the browser has left for the provider.
          busy={connect.isPending || (atProvider && connect.isSuccess)}
        >
          {atProvider && <ExternalLink aria-hidden />}
          {atProvider ? t('connections.goOnAt', { source }) : t('connections.connect')}
        </Button>
      </footer>
    </form>
  );
}
