import { client } from './api';
import { problemOfResponse } from './problem';

/** What the server depends on. "Not ready" is an answer, too, not a failure. */
export async function getReadiness(signal?: AbortSignal) {
  const { data, error } = await client.GET('/readyz', { signal });
  const answer = data ?? error;
  if (!answer || !('dependencies' in answer)) throw new Error('The state of the server could not be read.');
  return answer;
}

/** The server's release, as its own description of the API states it. */
export async function getServerVersion(signal?: AbortSignal): Promise<string> {
  const response = await fetch('/openapi.json', { signal });
  if (!response.ok) throw await problemOfResponse(response);
  const { info } = (await response.json()) as { info: { version: string } };
  return info.version;
}
