import { formatDate } from './format';

/** A calendar day such as 2026-03-04, as people read it; the same day in every time zone. */
export const formatDay = (day: string): string => formatDate(`${day}T00:00:00`);
