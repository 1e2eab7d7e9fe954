/**
 * What it costs that the train a view fails on is kept at hand: per train while nothing fails (1, 10 and 100 views), and once, when one fails, by the
 * size of its inputs.
 *
 *     npx node --conditions=development bench/freeze.ts
 */
import { zeros } from '@trainyard/core';
import { KeptTrains } from '../packages/runtime/src/freeze/kept-trains.ts';
import { Train } from '../packages/runtime/src/pool/train.ts';
import { WireWriter } from '../packages/runtime/src/worker/wire.ts';

const CAMERA = 'karabo#A/CAM/1:output[data.pixels]';
const TRAINS = 20_000;

function crewOf(count: number): ConstructorParameters<typeof Train>[1] {
  const views = Array.from({ length: count }, (_, i) => ({ id: `views/v${i}`, group: 'views', name: `v${i}`, inputs: [{ name: 'x', from: CAMERA, optional: false }] }));
  return { descriptor: { views, paths: [CAMERA] }, graph: { ofPool: new Set(views.map(({ id }) => id)) } } as unknown as ConstructorParameters<typeof Train>[1];
}

const keeper = (): KeptTrains => new KeptTrains(false, () => ({ parameters: {}, constants: [] }), 2 ** 31);

for (const count of [1, 10, 100]) {
  const crew = crewOf(count);
  const kept = keeper();
  const outcomes = Object.fromEntries(crew.descriptor.views.map(({ id }) => [id, { code: 0, value: 1 }]));
  const train = new Train(1, crew, { trainId: 1, release: () => undefined });
  const rounds = Array.from({ length: 7 }, () => {
    const start = performance.now();
    for (let i = 0; i < TRAINS; i++) {
      kept.computed(train, outcomes);
      kept.through(train);
    }
    return ((performance.now() - start) / TRAINS) * 1000;
  }).sort((a, b) => a - b);
  console.log(`${String(count).padStart(3)} views, nothing fails: ${rounds[3]!.toFixed(2)} us a train`);
}

for (const megabytes of [1, 25, 100]) {
  const crew = crewOf(1);
  const writer = new WireWriter();
  const sources = { 'A/CAM/1:output': { 'data.pixels': writer.put(zeros([megabytes * 1000, 1000], 'uint8')) } };
  const memory = new SharedArrayBuffer(writer.bytes);
  writer.copyTo(memory);
  new Uint8Array(memory).fill(1);
  const times = Array.from({ length: 7 }, (_, seq) => {
    const kept = keeper();
    const train = new Train(seq, crew, { trainId: seq, data: [{ memory, sources }], release: () => undefined });
    const start = performance.now();
    kept.computed(train, { 'views/v0': { code: 3, message: 'no' } });
    return performance.now() - start;
  }).sort((a, b) => a - b);
  console.log(`${String(megabytes).padStart(3)} MB of inputs, the first failure: ${times[3]!.toFixed(1)} ms, once`);
}
