import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { copyToClipboard } from './copyToClipboard';

beforeEach(() => Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true }));
afterEach(() => {
  Reflect.deleteProperty(navigator, 'clipboard');
  Reflect.deleteProperty(document, 'execCommand');
});

function withExecCommand(execCommand: () => boolean) {
  Object.defineProperty(document, 'execCommand', { value: execCommand, configurable: true });
}

it('answers a copy event where there is no clipboard', async () => {
  const setData = vi.fn();
  withExecCommand(() => {
    const event = Object.assign(new Event('copy', { cancelable: true }), { clipboardData: { setData } });
    return !document.dispatchEvent(event);
  });
  await copyToClipboard('a link');
  expect(setData).toHaveBeenCalledWith('text/plain', 'a link');
  expect(document.body).not.toHaveTextContent('a link');
});

it('says so when the browser does not let it', async () => {
  withExecCommand(() => false);
  await expect(copyToClipboard('a link')).rejects.toThrow();
});
