/** What is different between two things that would go out. */
import type { FieldChange } from '@/services/previews';

type Preview = Readonly<Record<string, unknown>>;

/** Each field that is not the same, in the order of the new one; what is only in the former stands last. */
export function changesBetween(before: Preview, after: Preview): FieldChange[] {
  const fields = new Set([...Object.keys(after), ...Object.keys(before)]);
  return [...fields]
    .filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
    .map((field) => ({ field, before: before[field] ?? null, after: after[field] ?? null }));
}

/** A value in words: recipients and files by name, everything else as it is written. Empty: nothing. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map(valueText).filter(Boolean).join(', ');
  const { name, address, local, zone } = value as Record<string, unknown>;
  if (typeof address === 'string') return name ? `${valueText(name)} <${address}>` : address;
  if (typeof local === 'string') return [local.replace('T', ' '), valueText(zone)].filter(Boolean).join(' ');
  if (typeof name === 'string') return name;
  return JSON.stringify(value);
}
