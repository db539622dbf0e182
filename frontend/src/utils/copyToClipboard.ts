/**
 * Copies text to the clipboard. Rejects where the browser forbids it.
 *
 * The Clipboard API only exists in a secure context; over plain http in a local network a copy event is answered instead,
 * which needs a click or key press a moment ago.
 */
export async function copyToClipboard(text: string): Promise<void> {
  const clipboard: Clipboard | undefined = navigator.clipboard;
  if (clipboard) return clipboard.writeText(text);
  if (!copiedByEvent(text)) throw new Error('the browser does not let the page copy');
}

function copiedByEvent(text: string): boolean {
  let copied = false;
  const answer = (event: ClipboardEvent) => {
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
    event.stopImmediatePropagation();
    copied = true;
  };
  // Some browsers only copy where something is selected. Focus stays where it is: a dialog would fetch it back.
  const selection = document.getSelection();
  const before = selection?.rangeCount ? selection.getRangeAt(0) : null;
  const something = document.createElement('span');
  something.textContent = text;
  something.ariaHidden = 'true';
  Object.assign(something.style, { position: 'fixed', opacity: '0', whiteSpace: 'pre', userSelect: 'text' });
  document.body.append(something);
  selection?.selectAllChildren(something);
  document.addEventListener('copy', answer, { capture: true, once: true });
  try {
    document.execCommand('copy');
  } finally {
    document.removeEventListener('copy', answer, { capture: true });
    something.remove();
    selection?.removeAllRanges();
    if (before) selection?.addRange(before);
  }
  return copied;
}
