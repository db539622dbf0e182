import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it, vi } from 'vitest';
import { createQueryClient, followOtherTabs } from './queries';

describe('followOtherTabs', () => {
  it('listens from when it is called until it is told to end, and never by itself', async () => {
    const listens = vi.spyOn(BroadcastChannel.prototype, 'addEventListener');
    const ends = vi.spyOn(BroadcastChannel.prototype, 'removeEventListener');
    createQueryClient();
    expect(listens).not.toHaveBeenCalled();
    const end = followOtherTabs(new QueryClient());
    expect(listens).toHaveBeenCalledTimes(1);
    end();
    expect(ends.mock.calls).toEqual(listens.mock.calls);
  });
});
