import { describe, expect, it } from 'vitest';
import { connection } from '@/test/connections';
import { isBusy, isUnallowed, needOf } from './connectionState';

const NOW = Date.parse('2026-01-02T05:00:00Z');
const BEFORE = '2026-01-02T04:59:00Z';
const AFTER = '2026-01-02T05:01:00Z';
const PROGRESS = { seen: 1, indexed: 1, skipped: 0, failed: 0 };

describe('a connection', () => {
  it.each([
    [connection({ status: 'syncing' }), true],
    [connection({ status: 'connecting' }), true],
    [connection({ status: 'connecting', account: null, next_sync_at: BEFORE }), true],
    [connection({ status: 'connecting', account: null, next_sync_at: null }), false],
    [connection({ status: 'ready', next_sync_at: BEFORE }), true],
    [connection({ status: 'ready', next_sync_at: AFTER }), false],
    [connection({ status: 'waiting', next_sync_at: AFTER, progress: PROGRESS }), false],
    [connection({ status: 'quarantined', next_sync_at: AFTER }), false],
    [connection({ status: 'quarantined', next_sync_at: AFTER, progress: PROGRESS }), true],
    [connection({ status: 'paused', next_sync_at: null, progress: PROGRESS }), false],
    [connection({ status: 'attention', next_sync_at: null, progress: PROGRESS }), false],
  ])('is under way, or is not: %#', (given, busy) => {
    expect(isBusy(given, NOW)).toBe(busy);
  });

  it.each([
    [connection({ status: 'connecting', account: null, next_sync_at: null }), 'allow'],
    [connection({ status: 'attention' }), 'allow'],
    [connection({ status: 'attention', status_reason: { code: 'invalid_config', message: '' } }), 'options'],
    [connection({ status: 'paused' }), 'resume'],
    [connection({ status: 'quarantined' }), 'decide'],
    [connection({ status: 'waiting' }), null],
    [connection(), null],
  ])('needs one thing, or nothing: %#', (given, need) => {
    expect(needOf(given)).toBe(need);
  });

  it('that was renewed is not one that was never allowed', () => {
    expect(isUnallowed(connection({ status: 'connecting', account: null, next_sync_at: AFTER }))).toBe(false);
  });
});
