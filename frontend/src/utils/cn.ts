import { type ClassValue, clsx } from 'clsx';

/** Joins class names. Components take no competing utilities from outside, so nothing needs to be merged. */
export const cn = (...values: ClassValue[]): string => clsx(values);
