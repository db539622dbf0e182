import { client, unwrap } from './api';

export const getDemo = (signal?: AbortSignal) => unwrap(client.GET('/api/v1/demo', { signal }));

export const loadDemo = () => unwrap(client.POST('/api/v1/demo'));
