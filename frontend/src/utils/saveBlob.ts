const REVOKE_AFTER_MS = 60_000;

/** Hands a file to the browser to keep. */
export function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // Browsers read the address after the click has returned.
  setTimeout(() => URL.revokeObjectURL(link.href), REVOKE_AFTER_MS);
}
