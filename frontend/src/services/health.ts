import { client } from './api';

/** What the server depends on. "Not ready" is an answer, too, not a failure. */
export async function getReadiness(signal?: AbortSignal) {
  const { data, error } = await client.GET('/readyz', { signal });
  const answer = data ?? error;
  if (!answer || !('dependencies' in answer)) throw new Error('The state of the server could not be read.');
  return answer;
}
