import { client, unwrap } from './api';

export const getDemo = (signal?: AbortSignal) => unwrap(client.GET('/api/v1/demo', { signal }));

export const loadDemo = () => unwrap(client.POST('/api/v1/demo'));

/** Resolves when nothing of it is left. */
export const removeDemo = () => unwrap(client.DELETE('/api/v1/demo'));
