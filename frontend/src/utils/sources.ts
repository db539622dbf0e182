/** Where documents can come from, in the order in which filters list them. */
export const SOURCES = [
  'upload',
  'files',
  'mail',
  'chat',
  'wiki',
  'tickets',
  'api',
  'gmail',
  'slack',
  'google_drive',
  'notion',
  'github',
];
