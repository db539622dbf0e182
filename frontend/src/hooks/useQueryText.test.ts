import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useQueryText } from './useQueryText';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the text of the search field', () => {
  const start = (query: string) => {
    const onApply = vi.fn();
    const hook = renderHook(({ q }) => useQueryText(q, onApply), { initialProps: { q: query } });
    const type = (text: string) => act(() => hook.result.current.setTyped(text));
    const wait = () => act(() => vi.advanceTimersByTime(1000));
    return { ...hook, onApply, type, wait };
  };

  it('is applied once, when typing rests', () => {
    const { onApply, type, wait } = start('');
    type('ba');
    type('backups ');
    wait();
    expect(onApply.mock.calls).toEqual([['backups']]);
  });

  it('is applied at once when it is sent, and not again', () => {
    const { result, onApply, type, wait } = start('');
    type('backups');
    act(() => result.current.submit());
    expect(onApply.mock.calls).toEqual([['backups']]);
    wait();
    expect(onApply).toHaveBeenCalledOnce();
  });

  it('follows an address that changes by itself', () => {
    const { result, rerender, onApply, wait } = start('old');
    rerender({ q: 'from the palette' });
    expect(result.current.typed).toBe('from the palette');
    wait();
    expect(onApply).not.toHaveBeenCalled();
  });

  it('keeps what was typed while its own query was still on the way into the address', () => {
    const { result, rerender, type, wait } = start('');
    type('back');
    wait();
    type('backups');
    rerender({ q: 'back' });
    expect(result.current.typed).toBe('backups');
    wait();
    rerender({ q: 'back' });
    rerender({ q: 'backups' });
    expect(result.current.typed).toBe('backups');
  });

  it('follows the way back to a query that it applied itself', () => {
    const { result, rerender, type, wait } = start('one');
    type('two');
    wait();
    rerender({ q: 'two' });
    rerender({ q: 'one' });
    expect(result.current.typed).toBe('one');
  });
});
