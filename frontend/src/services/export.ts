import { fetchBlob } from './api';

/** Everything of the signed-in person, as a ZIP archive. */
export const getExport = (signal?: AbortSignal) => fetchBlob('/api/v1/export', signal);
