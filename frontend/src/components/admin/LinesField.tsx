import { FieldFrame, TEXT_AREA } from '@/components/FieldFrame';

interface LinesFieldProps {
  label: string;
  hint?: string;
  error?: string;
  /** As they are typed, one a line. */
  value: string;
  onChange: (value: string) => void;
}

/** What stands in the lines, without empty ones and without repetitions. Commas part as well. */
export const linesOf = (typed: string): string[] => [
  ...new Set(
    typed
      .split(/[\n,;]/)
      .map((line) => line.trim())
      .filter(Boolean),
  ),
];

/** Several names, one a line. */
export const LinesField = ({ label, hint, error, value, onChange }: LinesFieldProps) => (
  <FieldFrame label={label} hint={hint} error={error}>
    {(given) => (
      <textarea
        {...given}
        rows={Math.min(6, Math.max(2, value.split('\n').length))}
        spellCheck={false}
        value={value}
        onChange={({ target }) => onChange(target.value)}
        className={TEXT_AREA}
      />
    )}
  </FieldFrame>
);
