/** The names of settings, and the file they stand in: advice for whoever runs the server. */
const SETTING = /\bBIBLIOS_\w*|\.env\b/;
/** `(BIBLIOS_UPLOAD_MAX_FILES)`, behind what it limits. */
const ASIDE = /\s*\([^()]*\bBIBLIOS_[^()]*\)/g;
const SENTENCE_END = /(?<=[.!?])\s+/;

/**
 * A message of the server without its advice on settings, and whether a whole sentence had to go: somebody else can
 * follow it then.
 */
export function withoutSettings(message: string): { text: string; advised: boolean } {
  const sentences = message.replaceAll(ASIDE, '').split(SENTENCE_END);
  const kept = sentences.filter((sentence) => !SETTING.test(sentence));
  return { text: kept.join(' '), advised: kept.length < sentences.length };
}
