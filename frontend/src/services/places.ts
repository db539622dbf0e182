/** Where a message can go and whom it can mention, in one account of Slack. */
import { client, unwrap } from './api';

export type PlaceUse = 'post' | 'mention';

/** `via`: the account; `q`: a part of a name, or an id. Best first. */
export const findPlaces = (via: string, q: string, use: PlaceUse, signal?: AbortSignal) =>
  unwrap(client.GET('/api/v1/actions/places', { params: { query: { via, q, use } }, signal }));
