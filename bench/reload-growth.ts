import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { YardState } from '@trainyard/control';
import { Control, Workshop } from '../test/support/yard.ts';

/**
 * What is left behind by 500 reloads under a stream of 20 trains a second: resident memory, threads, open files and sockets, files in the
 * temporary folder, every fifty, and the slope of each. A view comes and goes with each save, every tenth save does not load.
 *
 * node --conditions=development bench/reload-growth.ts [RELOADS]
 */
const RELOADS = Number(process.argv[2] ?? 500);
const EVERY = Math.max(1, Math.floor(RELOADS / 10));

export interface Look {
  readonly reloads: number;
  readonly residentMB: number;
  readonly threads: number;
  readonly fds: number;
  readonly files: number;
}

/** The views of one save: all that can be left behind is in them. */
export function views(save: number): string {
  return `import { parameters, slider, view } from '@trainyard/core';
import { histogram } from '@trainyard/statistics';
const p = parameters({ gain: slider(${1 + (save % 5)}, 0, 10) });
export const camera = view.image({ camera: 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]' }, ({ camera }) => camera.mul(p.gain));
export const total = view.scalar({ camera }, ({ camera }) => camera.sum(), { average: 10 });
export const spread = view.reduce(total, histogram({ bins: 100, range: [0, 1e7] }));
export const only${save} = view.scalar({ id: 'internal#train_id' }, ({ id }) => id + ${save});
${save % 10 === 9 ? 'export const broken = view.scalar(;' : ''}
`;
}

export class Growth {
  readonly shop = new Workshop();
  readonly looks: Look[] = [];
  #control!: Control;
  #pid = 0;
  #file = '';
  #save = 0;

  async start(): Promise<void> {
    const sim = this.shop.start(['sim', '--endpoint', 'tcp://127.0.0.1:*', '--small', '--no-detector', '--rate', '20', '--json']);
    const [, endpoint] = await sim.line(/"endpoint":"(tcp:[^"]+)"/);
    this.#file = this.shop.write('project/views.ts', views(0));
    // Its own temporary folder, so that nothing of others is counted.
    const tmp = this.shop.path('tmp');
    this.shop.write('tmp/.keep', '');
    const yard = this.shop.start(['live', this.#file, '--stream', endpoint!, '--workers', '1'], { TMPDIR: tmp });
    this.#control = new Control((await yard.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/))[0]);
    this.#pid = (await this.#control.state()).pid;
    await this.#control.until('trains come', (state) => state.trains.done > 5);
  }

  /** One save, until it runs or is refused. */
  async save(): Promise<void> {
    const save = ++this.#save;
    const bad = save % 10 === 9;
    const { generation } = await this.#control.state();
    writeFileSync(this.#file, views(save));
    await this.#control.until(`save ${save}`, (state) => (bad ? state.generation.failures > generation.failures : state.generation.number > generation.number && state.views.some(({ name, newest }) => name === `only${save}` && newest !== undefined)));
  }

  /** Looks when the workers of the generation before have gone and the spares are there: the least of some looks, since they come and go. */
  async look(): Promise<Look> {
    await wait(2000);
    let look = this.#now();
    for (let i = 0; i < 6; i++) {
      await wait(500);
      const now = this.#now();
      look = { ...look, residentMB: Math.min(look.residentMB, now.residentMB), threads: Math.min(look.threads, now.threads), fds: Math.min(look.fds, now.fds), files: Math.min(look.files, now.files) };
    }
    this.looks.push(look);
    return look;
  }

  #now(): Look {
    const status = readFileSync(`/proc/${this.#pid}/status`, 'utf8');
    const number = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)![1]);
    return { reloads: this.#save, residentMB: number('VmRSS') / 1024, threads: number('Threads'), fds: readdirSync(`/proc/${this.#pid}/fd`).length, files: readdirSync(this.shop.path('tmp'), { recursive: true }).length };
  }

  state(): Promise<YardState> {
    return this.#control.state();
  }

  async booked(): Promise<string> {
    const { trains, views: states, generation } = await this.state();
    const sums = states.filter(({ name }) => name === 'total').map(({ counts, seen }) => `${Object.values(counts).reduce((sum, n) => sum + n, 0)} of ${seen}`);
    return `${trains.done} trains, generation ${generation.number}, ${generation.failures} refused, dropped ${JSON.stringify(trains.dropped)}, outcomes of a view ${sums.join()}`;
  }
}

/** Growth per reload by least squares. */
export function slope(looks: readonly Look[], of: keyof Look): number {
  const x = looks.map(({ reloads }) => reloads);
  const y = looks.map((look) => look[of]);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  return x.reduce((sum, value, i) => sum + (value - mx) * (y[i]! - my), 0) / x.reduce((sum, value) => sum + (value - mx) ** 2, 0);
}

if (import.meta.main) {
  const growth = new Growth();
  try {
    await growth.start();
    for (let i = 1; i <= RELOADS; i++) {
      await growth.save();
      if (i % EVERY) continue;
      const { reloads, residentMB, threads, fds, files } = await growth.look();
      console.log(`${String(reloads).padStart(4)} saves: ${residentMB.toFixed(0).padStart(5)} MB resident, ${threads} threads, ${fds} open files, ${files} temporary files`);
    }
    // The first fifth warms up: code, pools of memory, the ring of buffers.
    const steady = growth.looks.slice(Math.ceil(growth.looks.length / 5));
    console.log(`after the first fifth, per save: ${(slope(steady, 'residentMB') * 1024).toFixed(1)} kB, ${slope(steady, 'threads').toFixed(3)} threads, ${slope(steady, 'fds').toFixed(3)} open files, ${slope(steady, 'files').toFixed(3)} temporary files`);
    console.log(await growth.booked());
  } finally {
    await growth.shop.close();
  }
}
