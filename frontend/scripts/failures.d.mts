export function blindReadsIn(path: string, source: string): string[];
