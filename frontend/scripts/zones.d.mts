type Zone = 'ground' | 'shared' | 'feature' | 'page' | 'frame';

export function zoneOf(path: string): { zone: Zone; name?: string };
export function violationsIn(path: string, source: string): string[];
export function compare(found: string[], known: string[]): { fresh: string[]; gone: string[] };
