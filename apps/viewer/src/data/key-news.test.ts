import { expect, it } from 'vitest';
import type { SourceStatus } from '@trainyard/control';
import { sampleTree } from '../../test/script.ts';
import { keyNews } from './key-news.ts';
import { panelStatus } from './panel-status.ts';

const streaming: SourceStatus = { what: 'tcp://127.0.0.1:4545', kind: 'stream', status: 'streaming', message: 'Receiving.' };
const xgm = 'karabo#SA3_XTD10_XGM/XGM/DOOCS:output[data.intensityTD]';
const why = (path: string, rates: Record<string, number> = {}, status = streaming) => keyNews(path, sampleTree, rates, status).why();

it('says that a source is not there, or its key is not, and what was meant', () => {
  expect(why('karabo#SQS_NQS/MOTOR/X2.actualPosition')).toBe('SQS_NQS/MOTOR/X2 has not been seen in this stream. Did you mean "SQS_NQS/MOTOR/X1"?');
  expect(why('karabo#SQS_NQS/MOTOR/X1.actualPositoin')).toBe('SQS_NQS/MOTOR/X1 is in this stream, but without actualPositoin. Did you mean "actualPosition"?');
  expect(why('karabo#A/B/C:output[x]', {}, { ...streaming, kind: 'run' })).toBe('A/B/C:output has not been seen in these data.');
  expect(why(xgm.replace('data.intensityTD', 'zzz'))).toBe('SA3_XTD10_XGM/XGM/DOOCS:output is in this stream, but without zzz.');
});

it('tells a source that is silent from a stream that is', () => {
  const [name, other] = ['SA3_XTD10_XGM/XGM/DOOCS:output', 'SQS_NQS/MOTOR/X1'];
  expect(why(xgm, { [name]: 0, [other]: 10 })).toBe(`${name} sends nothing at the moment; other sources do.`);
  expect(why(xgm, { [name]: 0, [other]: 0 })).toBe('Receiving.');
  expect(why(xgm, { [name]: 10, [other]: 0 })).toBe('');
  expect(keyNews(xgm, undefined, {}, { ...streaming, status: 'waiting', message: 'Nothing listens at tcp://x.' }).why()).toBe('Nothing listens at tcp://x.');
});

it('a panel gives these as its reason, for a value that never came and for one that is old', () => {
  const news = keyNews(xgm, sampleTree, { 'SA3_XTD10_XGM/XGM/DOOCS:output': 0, 'SQS_NQS/MOTOR/X1': 10 }, streaming);
  for (const [age, word] of [[undefined, 'waiting'], [9000, 'stale']] as const) {
    expect(panelStatus(undefined, age, streaming, true, 10_000, news)).toMatchObject({ word, message: 'SA3_XTD10_XGM/XGM/DOOCS:output sends nothing at the moment; other sources do.' });
  }
  expect(panelStatus(undefined, 9000, streaming, true, 10_000, keyNews(xgm, sampleTree, {}, streaming)).message).toBe('Nothing has come of this since train 10000.');
  expect(panelStatus(undefined, undefined, streaming, true, undefined, keyNews(xgm, sampleTree, {}, streaming)).message).toBe('No value of this key has come yet.');
});

it('a key whose source sends every five seconds is not old after four', () => {
  const news = keyNews(xgm, sampleTree, { 'SA3_XTD10_XGM/XGM/DOOCS:output': 0.2 }, streaming);
  expect(panelStatus(undefined, 4000, streaming, true, 10_000, news).word).toBe('live');
});
