import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { FieldFrame } from '@/components/FieldFrame';
import { FormDialog } from '@/components/FormDialog';
import { Input } from '@/components/ui/Input';
import type { Way } from '@/services/types';
import { ownZone } from '@/utils/localTime';
import { SELECT } from './styles';

export interface EditorProps {
  /** The accounts to choose from; one that stands already cannot be changed. */
  ways: readonly Way[];
  fixedVia?: string;
  /** What else can be chosen, below the content. */
  extra?: ReactNode;
  onClose: () => void;
}

interface EditorFrameProps extends EditorProps {
  title: string;
  action: string;
  busy: boolean;
  failure: string | null;
  via: string;
  onVia: (via: string) => void;
  viaError?: string;
  sendAt: string;
  onSendAt: (local: string) => void;
  sendAtError?: string;
  onSubmit: () => void;
  children: ReactNode;
}

/** What every editor has: the account it goes out by, the time, and the buttons. */
export function EditorFrame({
  title,
  action,
  busy,
  failure,
  ways,
  fixedVia,
  extra,
  via,
  onVia,
  viaError,
  sendAt,
  onSendAt,
  sendAtError,
  onSubmit,
  onClose,
  children,
}: EditorFrameProps) {
  const { t } = useTranslation();
  const named = ({ name, address }: Way) => (address ? `${name} · ${address}` : name);
  const known = ways.find((way) => way.via === fixedVia);
  return (
    <FormDialog
      title={title}
      description={t('actions.editorText')}
      action={action}
      wide
      persistent
      busy={busy}
      failure={failure}
      onSubmit={onSubmit}
      onClose={onClose}
    >
      {fixedVia === undefined ? (
        <FieldFrame label={t('actions.fields.via')} error={viaError}>
          {(given) => (
            <select {...given} value={via} onChange={(event) => onVia(event.target.value)} className={SELECT}>
              {ways.map((way) => (
                <option key={way.via} value={way.via}>
                  {named(way)}
                </option>
              ))}
            </select>
          )}
        </FieldFrame>
      ) : (
        known && (
          <p className="text-base">
            <span className="text-ink-3">{t('actions.fields.via')}</span> {named(known)}
          </p>
        )
      )}
      {children}
      {extra}
      <FieldFrame
        label={t('actions.fields.schedule_at')}
        hint={t('actions.sendAtHint', { zone: ownZone() })}
        error={sendAtError}
      >
        {(given) => (
          <Input
            {...given}
            type="datetime-local"
            value={sendAt}
            onChange={(event) => onSendAt(event.target.value)}
          />
        )}
      </FieldFrame>
    </FormDialog>
  );
}

/** A choice of yes or no with its words. */
export function Tick({
  label,
  checked,
  onChange,
}: {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  const id = useId();
  return (
    <div className="flex items-center gap-2.5 text-base max-md:min-h-10">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        className="size-4 shrink-0 accent-accent"
      />
      <label htmlFor={id}>{label}</label>
    </div>
  );
}
