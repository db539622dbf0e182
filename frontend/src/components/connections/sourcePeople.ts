import type { SourcePerson } from '@/services/types';

/** What somebody at a source is called: by name, else by address, else by their id there. */
export const calledAtSource = ({ name, address, external_id }: SourcePerson): string =>
  name ?? address ?? external_id ?? '';
