import { ExternalLink, FileKey2 } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { FieldFrame, TEXT_AREA } from '@/components/FieldFrame';
import { FormField } from '@/components/FormField';
import { Button } from '@/components/ui/Button';
import { Segmented } from '@/components/ui/Segmented';
import type { CredentialKind } from '@/services/types';
import type { Typed } from './credentials';

interface CredentialFieldsProps {
  name: string;
  kinds: readonly CredentialKind[];
  typed: Typed;
  onChange: (typed: Typed) => void;
  error: string | undefined;
}

/** The ways in which an account is opened to us, and what the chosen one needs. */
export function CredentialFields({ name, kinds, typed, onChange, error }: CredentialFieldsProps) {
  const { t } = useTranslation();
  return (
    <div className="space-y-4">
      {kinds.length > 1 && (
        <Segmented
          label={t('connections.way')}
          value={typed.kind}
          options={kinds.map((value) => ({ value, label: t(`connections.ways.${value}`) }))}
          onChange={(kind) => onChange({ ...typed, kind })}
        />
      )}
      {typed.kind === 'oauth' && (
        <p className="flex items-start gap-3 rounded-xl border bg-sunken p-3.5 text-base text-ink-2">
          <ExternalLink className="mt-0.5 size-4 shrink-0" aria-hidden />
          <span className="text-pretty">{t('connections.oauthText', { name })}</span>
        </p>
      )}
      {typed.kind === 'token' && (
        <FormField
          label={t('connections.token', { name })}
          hint={t('connections.tokenHint', { name })}
          error={error}
          type="password"
          autoComplete="off"
          spellCheck={false}
          value={typed.token}
          onChange={(event) => onChange({ ...typed, token: event.target.value })}
        />
      )}
      {typed.kind === 'service_account' && (
        <KeyField typed={typed} onChange={onChange} error={error} name={name} />
      )}
    </div>
  );
}

/** The key of a service account: its JSON file, chosen or pasted. */
function KeyField({ typed, onChange, error, name }: Omit<CredentialFieldsProps, 'kinds'>) {
  const { t } = useTranslation();
  const file = useRef<HTMLInputElement>(null);
  return (
    <div>
      <FieldFrame label={t('connections.key')} hint={t('connections.keyHint', { name })} error={error}>
        {(given) => (
          <textarea
            {...given}
            rows={5}
            spellCheck={false}
            autoComplete="off"
            value={typed.key}
            onChange={(event) => onChange({ ...typed, key: event.target.value })}
            className={`${TEXT_AREA} font-mono text-xs`}
          />
        )}
      </FieldFrame>
      <input
        ref={file}
        type="file"
        accept=".json,application/json"
        aria-label={t('connections.keyFile')}
        tabIndex={-1}
        className="sr-only"
        onChange={async ({ target }) => {
          const text = await target.files?.[0]?.text();
          target.value = '';
          if (text !== undefined) onChange({ ...typed, key: text });
        }}
      />
      <Button size="sm" className="mt-2 max-md:h-10" onClick={() => file.current?.click()}>
        <FileKey2 aria-hidden />
        {t('connections.keyFile')}
      </Button>
    </div>
  );
}
