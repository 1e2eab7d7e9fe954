import { expect, it } from 'vitest';
import type { SourceStatus } from '@trainyard/control';
import { outcome, view } from '../../test/script.ts';
import { panelStatus, troubles, worstOf } from './panel-status.ts';

const streaming: SourceStatus = { what: 'tcp://127.0.0.1:4545', kind: 'stream', status: 'streaming', message: 'Receiving.' };
const missing = view({ name: 'a', kind: 'image', newest: outcome('missing', 'karabo#A/B/C[x] has not been seen.') });
const failed = view({ name: 'a', kind: 'image', newest: outcome('failed', 'boom', 42), counts: { value: 3, none: 1, missing: 0, failed: 7, late: 0, dropped: 0 } });

it('says live, stale, final', () => {
  const good = view({ name: 'a', kind: 'scalar' });
  expect(panelStatus(good, 100, streaming, true)).toMatchObject({ word: 'live', tone: 'good', message: '' });
  expect(panelStatus(good, 9000, streaming, true)).toMatchObject({ word: 'stale', stale: true });
  expect(panelStatus(good, 100, streaming, false)).toMatchObject({ stale: true });
  expect(panelStatus(good, 9000, { ...streaming, status: 'ended' }, true)).toMatchObject({ word: 'final', stale: false });
});

it('does not call a slow view stale before its time', () => {
  expect(panelStatus(view({ name: 'a', kind: 'scalar', rate: 0.5 }), 6000, streaming, true).word).toBe('live');
});

it('says why there is no value, and where', () => {
  expect(panelStatus(missing, undefined, streaming, true)).toMatchObject({ word: 'missing', message: 'karabo#A/B/C[x] has not been seen.' });
  expect(panelStatus(failed, undefined, streaming, true)).toMatchObject({ word: 'failed', tone: 'bad', message: 'boom', where: 'views.ts:42:9' });
  expect(troubles(failed)).toBe('7 failed · 1 none');
});

it('explains that no train has come with the sentence of the source', () => {
  const fresh = view({ name: 'a', kind: 'scalar' });
  delete (fresh as { newest?: unknown }).newest;
  expect(panelStatus(fresh, undefined, { ...streaming, status: 'waiting', message: 'Nothing listens at tcp://x.' }, true).message).toBe('No train yet. Nothing listens at tcp://x.');
});

it('a train that the slider stands at does not get old; a value of another train is said to be that', () => {
  const played: SourceStatus = { ...streaming, kind: 'run', player: { paused: true, index: 4, trains: 10, trainId: 10_004, rate: 10, loop: false } };
  const good = view({ name: 'a', kind: 'scalar' });
  expect(panelStatus(good, 9000, played, true, 10_004)).toMatchObject({ word: 'shown', tone: 'good', stale: false });
  expect(panelStatus(good, 9000, played, true, 10_002)).toMatchObject({ word: 'earlier', message: 'Train 10004 has no value of this; train 10002 is shown.' });
  expect(panelStatus(good, 9000, { ...played, player: { ...played.player!, paused: false } }, true, 10_002)).toMatchObject({ word: 'stale' });
});

it('a view that has stopped says since which train, or what its source says', () => {
  const good = view({ name: 'a', kind: 'scalar' });
  expect(panelStatus(good, 9000, streaming, true, 10_002).message).toBe('Nothing has come of this since train 10002.');
  expect(panelStatus(good, 9000, { ...streaming, status: 'gone', message: 'The sender is gone.' }, true, 10_002).message).toBe('The sender is gone.');
  expect(panelStatus(good, 9000, streaming, false, 10_002)).toMatchObject({ word: 'stale', message: '' });
});

it('the worst of several speaks for their panel, the first of those that are alike', () => {
  const shown = [view({ name: 'a', kind: 'scalar' }), failed, missing, failed].map((one, at) => ({ at, status: panelStatus(one, 100, streaming, true) }));
  expect(worstOf(shown)).toMatchObject({ at: 1, status: { word: 'failed' } });
  expect(worstOf(shown.slice(0, 1))).toMatchObject({ status: { word: 'live' } });
  expect(worstOf([])).toBeUndefined();
});
