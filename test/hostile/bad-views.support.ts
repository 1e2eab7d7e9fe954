import { cpSync, readFileSync } from 'node:fs';
import type { YardState } from '@trainyard/control';
import { outcomeNames, type OutcomeCounts, type OutcomeName } from '@trainyard/core';
import { Control, type Finished, type RunningYard, type Workshop } from '../support/yard.ts';

/** What a bad views file says of itself in the comments that it begins with, `// name: text` each. */
export interface BadView {
  readonly name: string;
  readonly text: string;
  /** In which way it is bad. */
  readonly way: string;
  /** Texts that must be said: by the yard, or as a reason in its state. */
  readonly says: readonly string[];
  /** A text that must not be said. */
  readonly silent: string | undefined;
  /** The outcomes that the view `bad` has, each at least once; others that it may have; none else. */
  readonly bad: readonly OutcomeName[];
  readonly may: readonly OutcomeName[];
  /** What else than values other views may have, and how often: `lit failed<=4`. */
  readonly but: ReadonlyMap<string, ReadonlyMap<OutcomeName, number>>;
  /** What the state calls its last failure, although it gave a value. */
  readonly failure: string | undefined;
  /** So many trains it takes at least. */
  readonly trains: number;
  readonly workers: number;
  /** The memory that a yard of its own is offered, in MB. */
  readonly memory: number | undefined;
  /** It does not load. */
  readonly isRefused: boolean;
}

export function readBadView(file: string, name: string): BadView {
  const text = readFileSync(file, 'utf8');
  const rows = text.split('\n').map((row) => /^\/\/ (\w+): (.*)$/.exec(row));
  const all = (key: string): string[] => rows.slice(0, rows.indexOf(null)).flatMap((row) => (row?.[1] === key ? [row[2]!] : []));
  const one = (key: string): string | undefined => all(key)[0];
  const way = one('way');
  if (way === undefined) throw new Error(`${name} does not say in which way it is bad.`);
  return {
    name, text, way, says: all('says'), silent: one('silent'), failure: one('failure'),
    bad: (one('bad')?.split(' ') ?? []) as OutcomeName[], may: (one('may')?.split(' ') ?? []) as OutcomeName[],
    but: new Map(all('good').map((row) => {
      const [view, ...limits] = row.split(' ');
      return [view!, new Map(limits.map((limit) => [limit.split('<=')[0] as OutcomeName, Number(limit.split('<=')[1])]))];
    })),
    trains: Number(one('trains') ?? 15), workers: Number(one('workers') ?? 1), memory: one('memory') === undefined ? undefined : Number(one('memory')), isRefused: one('load') !== undefined,
  };
}

/** The good views alone. */
const GOOD = "export * from './good/good.ts';\n";
const SEEN_MS = 30_000;
const END_MS = 15_000;

/** A yard that runs on while one bad file after the other is saved over its views file. */
export class Walk {
  readonly file: string;
  readonly #yard: RunningYard;
  readonly #control: Promise<Control>;
  #saved = 0;

  constructor(shop: Workshop, name: string, folder: string, endpoint: string, { workers, memory }: Pick<BadView, 'workers' | 'memory'>) {
    cpSync(folder, shop.path(name), { recursive: true });
    this.file = shop.write(`${name}/main.ts`, GOOD);
    this.#yard = shop.start(['live', this.file, '--stream', endpoint, '--workers', String(workers), '--json'], {}, memory);
    this.#control = this.#yard.line(/http:\/\/127\.0\.0\.1:\d+\/[^\s"]+/).then(([address]) => new Control(address));
    this.#control.catch(() => undefined);
  }

  /** Saves a bad file and waits until all of it is seen. Throws what is not as the file says. */
  async tryOut(bad: BadView, save: (file: string, text: string) => void): Promise<void> {
    const control = await this.#control;
    const own = `bad${++this.#saved}`;
    const said = this.#yard.output.length;
    const news = (): string => this.#yard.output.slice(said);
    const before = await control.until('trains come', ({ trains }) => trains.done > 0);
    save(this.file, bad.text.replace('export const bad ', `export const ${own} `));
    try {
      if (bad.isRefused) return await this.#refused(control, bad);
      const from = await control.until('it is loaded', ({ generation }) => {
        if (generation.number === before.generation.number && generation.error) throw new Error(`It is refused: ${generation.error.message}`);
        return generation.number > before.generation.number;
      });
      const state = await control.until('all that is to be seen', (now) => isSeen(bad, now, own, from.trains.done, news()), SEEN_MS);
      const wrong = state.views.flatMap(({ name, counts }) => wrongOutcomes(bad, name === own ? 'bad' : name, minus(counts, from.views.find((view) => view.name === name)?.counts)));
      if (state.views.filter(({ name }) => name === 'good' || name === 'other').length < 2) wrong.push('a good view is missing');
      const failure = state.views.find(({ name }) => name === own)?.lastFailure;
      if (bad.failure !== undefined && !(failure?.message.includes(bad.failure) && failure.where?.file === this.file)) wrong.push(`its last failure is ${JSON.stringify(failure)}`);
      if (bad.silent !== undefined && news().includes(bad.silent)) wrong.push(`"${bad.silent}" is said`);
      if (news().length > 1e6) wrong.push(`it says ${news().length} characters`);
      if (wrong.length) throw new Error(wrong.join('\n'));
    } catch (error) {
      throw new Error(`${(error as Error).message.slice(0, 4000)}\nIt said: ${news().slice(0, 3000)}`, { cause: error });
    }
  }

  async #refused(control: Control, bad: BadView): Promise<void> {
    const { trains } = await control.until('it is refused', ({ generation }) => bad.says.every((text) => generation.error?.message.includes(text)), SEEN_MS);
    const state = await control.until('the views before run on', (now) => now.trains.done > trains.done + 5);
    for (const name of ['good', 'other']) if (state.views.find((view) => view.name === name)?.newest?.outcome !== 'value') throw new Error(`${name} does not run on`);
  }

  /** Ends it in order, or throws. */
  async end(): Promise<Finished> {
    this.#yard.signal('SIGTERM');
    const finished = await Promise.race([this.#yard.finished, new Promise<void>((resolve) => void setTimeout(resolve, END_MS))]);
    if (finished) return finished;
    await this.kill();
    throw new Error(`It did not end within ${END_MS / 1000} s of SIGTERM.`);
  }

  async kill(): Promise<void> {
    await this.#control.then((control) => control.state()).then(({ pid }) => process.kill(pid, 'SIGKILL')).catch(() => undefined);
    this.#yard.signal('SIGKILL');
  }
}

/** Whether all that is to be seen was seen; then counts are compared. */
function isSeen(bad: BadView, { views, trains }: YardState, own: string, from: number, output: string): boolean {
  const view = views.find(({ name }) => name === own);
  const reasons = [view?.lastFailure?.message, view?.newest?.message].join('\n');
  return trains.done >= from + bad.trains && view !== undefined && bad.bad.every((outcome) => view.counts[outcome] > 0) && bad.says.every((text) => reasons.includes(text) || output.includes(text));
}

function minus(counts: OutcomeCounts, before: OutcomeCounts | undefined): OutcomeCounts {
  return Object.fromEntries(outcomeNames.map((name) => [name, counts[name] - (before?.[name] ?? 0)])) as OutcomeCounts;
}

/** What is wrong with the outcomes that one view had meanwhile, in words. */
function wrongOutcomes({ bad, may, but }: BadView, view: string, counts: OutcomeCounts): string[] {
  const allowed = view === 'bad' ? new Map([...bad, ...may].map((outcome) => [outcome, Infinity])) : new Map<string, number>([['value', Infinity], ...(but.get(view) ?? [])]);
  const wrong = outcomeNames.find((outcome) => counts[outcome] > (allowed.get(outcome) ?? 0));
  return wrong === undefined ? [] : [`${view} has ${counts[wrong]} ${wrong}: ${JSON.stringify(counts)}`];
}
