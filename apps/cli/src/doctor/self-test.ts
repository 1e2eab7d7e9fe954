import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readResults } from '@trainyard/nexus';
import { Engine, FileSink, ProjectFolder, StreamTrains, parseStreams, loadInstalled } from '@trainyard/runtime';
import { startSim } from '@trainyard/sim';
import { versionOf } from '../version.ts';

const TRAINS = 5;
const LIMIT_MS = 20_000;

const VIEWS = `import { view } from '@trainyard/core';
export const total = view.scalar({ camera: 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]' }, ({ camera }) => camera.sum());
`;

/** The whole way once, small: simulator, socket, view, results file, read back. Throws what does not work. */
export async function selfTest(): Promise<string> {
  const began = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'trainyard-doctor-'));
  const [views, out] = [join(folder, 'views.ts'), join(folder, 'out.h5')];
  const facility = await startSim({ endpoint: 'tcp://127.0.0.1:*', detector: false, small: true, rate: 100 });
  let late: NodeJS.Timeout | undefined;
  try {
    writeFileSync(views, VIEWS);
    const source = new StreamTrains(parseStreams([facility.endpoint], 'REQ'), { from: 0, to: TRAINS });
    const sink = await FileSink.open({ path: out, force: false, title: 'self-test', provenance: {} });
    const engine = new Engine({ file: views, verb: 'run', source, sinks: [sink], installed: await loadInstalled(folder), version: versionOf(), watch: false, workers: 1, sets: {}, project: new ProjectFolder(folder) });
    late = setTimeout(() => void engine.stop(), LIMIT_MS);
    await engine.start();
    const { trains } = await engine.finished;
    const results = await readResults(out);
    const values = Array.from(results.rows('views/total'), (row) => Number(row.value));
    results.close();
    const positive = values.filter((value) => value > 0).length;
    if (trains !== TRAINS || positive !== TRAINS) throw new Error(`${trains} of ${TRAINS} trains came through within ${LIMIT_MS / 1000} s, ${positive} with a value: look with "yard demo"`);
    return `simulator -> socket -> view -> file -> read back: ${TRAINS} trains in ${((performance.now() - began) / 1000).toFixed(1)} s`;
  } finally {
    clearTimeout(late);
    await facility.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
