import { parentPort, workerData } from 'node:worker_threads';
import { openHdf5 } from '@trainyard/hdf5';

/** Reads every `of`-th frame of a dataset, from frame `from` on, into memory that is used again; says when it is ready, begins when told, and says when it is done. */
const { path, dataset: name, from, of, rounds } = workerData as { path: string; dataset: string; from: number; of: number; rounds: number };
const file = await openHdf5(path);
const dataset = file.dataset(name);
const [frames, ...shape] = dataset.shape as [number, ...number[]];
const target = new Uint8Array(new SharedArrayBuffer(shape.reduce((product, n) => product * n, dataset.itemSize)));
const read = (): void => {
  for (let i = from; i < frames; i += of) dataset.readInto(target, [[i, i + 1]]);
};
read();
parentPort!.on('message', () => {
  for (let round = 0; round < rounds; round++) read();
  parentPort!.postMessage('done');
  file.close();
  parentPort!.close();
});
parentPort!.postMessage('ready');
