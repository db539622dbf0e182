import { describe, expect, it } from 'vitest';
import { connection } from '@/test/connections';
import { isBusy, needOf } from './connectionState';

const NOW = Date.parse('2026-01-02T05:00:00Z');
const BEFORE = '2026-01-02T04:59:00Z';
const AFTER = '2026-01-02T05:01:00Z';
const PROGRESS = { seen: 1, indexed: 1, skipped: 0, failed: 0 };
const because = (code: string) => ({ code, message: '' });

describe('a connection', () => {
  it.each([
    [connection({ status: 'syncing' }), true],
    [connection({ status: 'connecting' }), true],
    [connection({ status: 'connecting', account: null, next_sync_at: BEFORE }), true],
    [connection({ status: 'connecting', status_reason: because('not_allowed_yet') }), false],
    [connection({ status: 'connecting', status_reason: because('not_started') }), false],
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
    ['connecting', 'not_allowed_yet', 'allow'],
    ['connecting', 'not_started', 'start'],
    ['connecting', null, null],
    ['syncing', null, null],
    ['ready', null, null],
    ['attention', 'reauth_required', 'allow'],
    ['attention', 'permission_missing', 'allow'],
    ['attention', 'invalid_config', 'allow'],
    ['attention', 'options_invalid', 'options'],
    ['attention', 'connector_removed', 'disconnect'],
    ['paused', null, 'resume'],
    ['paused', 'owner_inactive', 'allow'],
    ['quarantined', 'many_missing', 'decide'],
    ['waiting', 'source_rate_limited', null],
    ['waiting', 'source_unavailable', null],
    ['waiting', 'nothing_read', 'look'],
  ] as const)('that is %s because of %s needs %s', (status, code, need) => {
    expect(needOf(connection({ status, status_reason: code && because(code) }))).toBe(need);
  });
});
