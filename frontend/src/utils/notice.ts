/**
 * Notices of what a first visit loads. The library that draws them comes after the page, since nothing is told before
 * somebody has done something; modules that are loaded later take its `toast` as it is.
 */
export async function notice(
  kind: 'error' | 'info' | 'success',
  title: string,
  description?: string,
): Promise<void> {
  const { toast } = await import('sonner');
  toast[kind](title, { description });
}
