/** What may leave, and whose word that needs. For administrators. */
import { client, unwrap } from './api';
import type { Policy, PolicySample } from './types';

export const getPolicy = (signal?: AbortSignal) => unwrap(client.GET('/api/v1/actions/policy', { signal }));

/** `version`: of the policy that was looked at; 409 `changed` where there is another one by now. */
export const changePolicy = (version: number, policy: Policy) =>
  unwrap(client.PUT('/api/v1/actions/policy', { body: { version, policy } }));

/** What a policy that is not saved would say of a sample; decides nothing. */
export const tryPolicy = (policy: Policy, sample: PolicySample) =>
  unwrap(client.POST('/api/v1/actions/policy/try', { body: { policy, sample } }));
