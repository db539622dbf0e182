/** A draft with one of its suggestions in its field, for the editor. */
import type { Action, Suggestion } from '@/services/types';

const NAMED = /^(.*)<([^<>]+)>$/;

export function withSuggestion(action: Action, { field, value }: Suggestion): Action {
  if (field === 'location') return { ...action, payload: { ...action.payload, location: value } };
  const named = NAMED.exec(value);
  const name = named?.[1]?.trim();
  const person = { ...(name && { name }), address: (named?.[2] ?? value).trim() };
  const before = Array.isArray(action.payload[field]) ? (action.payload[field] as unknown[]) : [];
  return { ...action, payload: { ...action.payload, [field]: [...before, person] } };
}
