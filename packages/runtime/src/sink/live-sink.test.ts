import { expect, test } from 'vitest';
import { FinishedTrain } from '../engine/finished-train.ts';
import type { GenerationDescriptor } from '../worker/generation.ts';
import { LiveSink } from './live-sink.ts';

const generation = (...ids: string[]): GenerationDescriptor => ({ number: 1, views: ids.map((id) => ({ id })), params: [] }) as unknown as GenerationDescriptor;

test('the newest value of each view is held, the one before let go; a view that is taken out holds nothing', async () => {
  const sink = new LiveSink();
  const released: number[] = [];
  const give = (seq: number, ...ids: string[]): void => {
    const train = new FinishedTrain(seq, 100 + seq, new Map(ids.map((id) => [id, { outcome: { code: 0, value: seq }, memory: undefined }])), () => released.push(seq));
    sink.train(train);
    train.letGo();
  };
  sink.generation(generation('a', 'b'));
  give(0, 'a', 'b');
  give(1, 'a', 'karabo#X/Y/Z.key');
  expect(released).toEqual([]);
  expect(sink.newest('a')!.trainId).toBe(101);
  // b still holds train 0 until it is no longer in the code; a raw key is nobody's view.
  sink.generation(generation('a', 'c'));
  expect(released).toEqual([0]);
  expect(sink.newest('b')).toBeUndefined();
  expect(sink.newest('karabo#X/Y/Z.key')!.trainId).toBe(101);
  give(2, 'a', 'c', 'karabo#X/Y/Z.key');
  expect(released).toEqual([0, 1]);
  await sink.close();
  expect(released).toEqual([0, 1, 2]);
});
