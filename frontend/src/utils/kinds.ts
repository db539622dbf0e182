/** Kinds whose signs and line ends carry meaning. */
export const isVerbatim = (kind: string): boolean => ['code', 'json', 'csv', 'data', 'log'].includes(kind);
