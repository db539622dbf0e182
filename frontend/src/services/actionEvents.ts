/** Follows what becomes of one's actions. */
import { type Listener, listenInView } from './listening';
import type { ActionEvent } from './types';

const KNOWN = new Set<string>(['action.changed', 'reset', 'error'] satisfies ActionEvent['type'][]);

export const listenToActions = (listener: Listener<ActionEvent>) =>
  listenInView('/api/v1/actions/events', KNOWN, listener);
