import { expect, test } from 'vitest';
import { metadataFor, type BridgeSource } from '@trainyard/karabo-bridge';
import { newestTime } from './newest-time.ts';

const NOW = Date.UTC(2026, 6, 1);
const source = (metadata: BridgeSource['metadata']): [string, BridgeSource] => ['A', { trainId: 1, metadata, values: new Map() }];
const time = (...ms: number[]): number | undefined => newestTime(ms.map((one) => source(metadataFor('A', 1, one))), NOW);

test('the newest of a message', () => {
  expect(time(NOW - 500, NOW - 20, NOW - 5000)).toBeCloseTo(NOW - 20, 0);
  expect(newestTime([source({ 'timestamp.sec': String(NOW / 1000 - 1), 'timestamp.frac': '250000000000000000' })], NOW)).toBe(NOW - 750);
});

test('a clock that is ahead, a replay, and no time at all are none', () => {
  expect([time(NOW + 60_000), time(NOW - 3_600_000), time(0), newestTime([source({})], NOW), newestTime([source({ timestamp: 'noon', 'timestamp.sec': 'x' })], NOW)]).toEqual([undefined, undefined, undefined, undefined, undefined]);
  expect(time(NOW + 60_000, NOW - 30)).toBeCloseTo(NOW - 30, 0);
});
