/**
 * What a view that hangs costs the others: several views of the pool and reducers on a live stream at 10 Hz, one pool worker, and one view that is
 * bad from some train on. Prints how old the results of the others are when they come to the live sink, counted from the train's receipt, and
 * whether every view has an outcome for every train that was seen.
 *
 *     npx node --conditions=development bench/spinning.ts [seconds per row]
 */
import { Engine, ProjectFolder, StreamTrains, loadInstalled, parseStreams, type Sink } from '@trainyard/runtime';
import { Workshop } from '../test/support/yard.ts';
import { quantile } from './support/process-stat.ts';

const SECONDS = Number(process.argv[2] ?? 20);
/** The bad view is bad from this train of the stream on: the others are warm by then. */
const FROM = 50;

const HEAD = `import { view } from '@trainyard/core';
import { gaussianFilter } from '@trainyard/smoothing';
import { histogram } from '@trainyard/statistics';
const camera = 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]';
const id = 'internal#train_id';
export const smoothed = view.image({ camera }, ({ camera }) => gaussianFilter(camera, 2));
export const total = view.scalar({ smoothed }, ({ smoothed }) => smoothed.sum());
export const profile = view.vector({ camera }, ({ camera }) => camera.mean({ axis: 0 }));
export const peak = view.scalar({ profile }, ({ profile }) => profile.max());
export const average = view.image({ camera }, ({ camera }) => camera, { average: 10 });
export const spread = view.reduce(total, histogram({ bins: 100, range: [0, 1e7] }));
`;

const BAD: readonly [what: string, text: string][] = [
  ['nothing is bad', ''],
  ['while (true) on every train', 'export const bad = view.scalar({ camera, id }, ({ id }) => { if (id >= FROM) for (;;); return id; });'],
  ['the same, with an average over it', 'export const bad = view.scalar({ camera, id }, ({ id }) => { if (id >= FROM) for (;;); return id; }, { average: 5 });'],
  ['while (true) on every 7th train', 'export const bad = view.scalar({ camera, id }, ({ id }) => { if (id >= FROM && id % 7 === 0) for (;;); return id; });'],
  ['while (true) on every 40th train, never set aside', 'export const bad = view.scalar({ camera, id }, ({ id }) => { if (id >= FROM && id % 40 === 0) for (;;); return id; });'],
  ['a promise that never resolves', 'export const bad = view.scalar({ camera, id }, ({ id }) => (id >= FROM ? new Promise<number>(() => {}) : id));'],
  ['200 ms on every 9th train, below its limit', 'export const bad = view.scalar({ camera, id }, ({ id }) => { if (id >= FROM && id % 9 === 0) { const end = performance.now() + 200; while (performance.now() < end); } return id; });'],
];

/** Ages by view, and the IDs of trains that it was seen for. */
class Ages implements Sink {
  readonly isEarly = true;
  readonly received = new Map<number, number>();
  readonly ages = new Map<string, number[]>();

  generation(): void {}

  train({ trainId, outcomes }: Parameters<Sink['train']>[0]): void {
    for (const id of outcomes.keys()) {
      const ages = this.ages.get(id) ?? [];
      ages.push(Date.now() - this.received.get(trainId)!);
      this.ages.set(id, ages);
    }
  }

  async close(): Promise<void> {}
}

async function measure(what: string, text: string): Promise<void> {
  const shop = new Workshop();
  const sim = shop.start(['sim', '--endpoint', 'tcp://127.0.0.1:*', '--small', '--no-detector', '--first-train', '1', '--json']);
  try {
    const [, endpoint] = await sim.line(/"endpoint":"(tcp:[^"]+)"/);
    const source = new StreamTrains(parseStreams([endpoint!], 'REQ'), { from: 0, to: Infinity });
    const sink = new Ages();
    const take = source.take.bind(source);
    let first = 0;
    source.take = () => {
      const train = take();
      if (train) sink.received.set(train.trainId, train.receivedAt!);
      if (train) first ||= train.trainId;
      return train;
    };
    const file = shop.write('views.ts', HEAD + text.replaceAll('FROM', String(FROM)));
    const engine = new Engine({ file, verb: 'live', source, sinks: [sink], installed: await loadInstalled(shop.folder), version: '0', watch: false, workers: 1, sets: {}, project: new ProjectFolder(shop.folder) });
    const notes: string[] = [];
    engine.onNote = (note) => notes.push(note);
    await engine.start();
    await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
    const summary = await engine.stop();
    // The first trains build what is built once.
    const good = [...sink.ages].filter(([id]) => id !== 'views/bad').flatMap(([, ages]) => ages.slice(10)).sort((a, b) => a - b);
    const { bad } = { bad: summary.views['views/bad'] };
    const lost = Object.values(summary.views).filter((counts) => Object.values(counts).reduce((sum, n) => sum + n, 0) !== summary.trains).length;
    const said = bad && Object.entries(bad).filter(([, n]) => n > 0).map(([outcome, n]) => `${n} ${outcome}`).join(', ');
    console.log(`${what}: ${summary.trains} trains; other views' age p50 ${quantile(good, 0.5).toFixed(0)} ms, p99 ${quantile(good, 0.99).toFixed(0)} ms, max ${good.at(-1)!.toFixed(0)} ms; ${lost === 0 ? 'nothing lost' : `${lost} views LOST trains`}${said === undefined ? '' : `; the bad view: ${said}`}`);
    for (const note of process.env['NOTES'] ? notes : []) console.log(`    ${note}`);
  } finally {
    await shop.close();
  }
}

for (const [what, text] of BAD) await measure(what, text);
process.exit(0);
