import { client, unwrap } from './api';

/** What the signed-in person sees of their own account. */
export const getAccount = (signal?: AbortSignal) => unwrap(client.GET('/api/v1/auth/me', { signal }));

/** Mails the link that proves the address once more. */
export const askForProof = () => unwrap(client.POST('/api/v1/auth/email/verification'));
