import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ParameterState } from '@trainyard/control';
import { Engine, ProjectFolder, loadInstalled, type Installed, type Sink } from '@trainyard/runtime';
import { GivenTrains } from '../support/given-trains.ts';

/** What survives an edit, a reload and a restart: real workers, trains given one by one. */
const folder = mkdtempSync(join(tmpdir(), 'yard-survive-'));
let installed: Installed;
beforeAll(async () => {
  installed = await loadInstalled(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let number = 0;

/** A yard on a views file of its own that is edited, loaded again, and started again. */
class Shift {
  readonly file: string;
  readonly notes: string[] = [];
  /** The newest value of each view. */
  readonly values = new Map<string, unknown>();
  readonly #folder: string;
  engine!: Engine;
  #trains!: GivenTrains;
  #project!: ProjectFolder;
  #given = 1000;
  #through = 0;

  constructor(text: string, name = 'views.ts') {
    this.#folder = join(folder, `n${++number}`);
    mkdirSync(this.#folder);
    this.file = join(this.#folder, name);
    this.write(text);
  }

  write(text: string, name = this.file): void {
    writeFileSync(join(this.#folder, name.slice(name.lastIndexOf('/') + 1)), text.startsWith('trainyard') ? text : `import { Const, From, Param, State, View, action, choice, group, keep, parameters, shifted, slider, view, type NdArray } from '@trainyard/core';\nimport { histogram, mean, sum } from '@trainyard/core/reducers';\nconst id = 'internal#train_id';\n${text}`);
  }

  async start(sets: Record<string, string> = {}, verb: 'live' | 'run' = 'live'): Promise<this> {
    this.#trains = new GivenTrains(this.#given);
    this.#project = new ProjectFolder(this.#folder, 'views.ts');
    if (verb === 'live') this.#project.claim('a test');
    const sink: Sink = {
      generation: () => undefined, close: async () => undefined,
      train: ({ outcomes }) => {
        this.#through += 1;
        for (const [view, { outcome, memory }] of outcomes) this.values.set(view, outcome.code === 0 ? numbers(outcome.value, memory) : outcome.message);
      },
    };
    this.engine = new Engine({ file: this.file, verb, source: this.#trains, sinks: [sink], installed, version: '0', watch: false, workers: 1, sets, project: this.#project });
    this.engine.onNote = (note) => this.notes.push(note);
    await this.engine.start();
    return this;
  }

  /** Gives trains and waits until they are through. */
  async trains(n: number): Promise<void> {
    this.#given += n;
    const wanted = this.#through + n;
    this.#trains.give(n);
    for (const until = Date.now() + 20_000; this.#through < wanted; await wait(5)) if (Date.now() > until) throw new Error(`${wanted - this.#through} trains did not come through; notes: ${this.notes.join(' | ')}`);
  }

  /** Edits and loads again; gives back what was said. */
  async edit(text: string): Promise<string[]> {
    this.write(text);
    return this.reload();
  }

  async reload(): Promise<string[]> {
    const before = this.notes.length;
    await this.engine.reload('save');
    const { error } = this.engine.state().generation;
    if (error) throw new Error(error.message);
    // What starts anew is said with the first train of the new code.
    await this.trains(1);
    return this.notes.slice(before);
  }

  async stop(): Promise<void> {
    await this.engine.stop();
    await this.#project.close();
  }

  async restart(sets: Record<string, string> = {}, verb: 'live' | 'run' = 'live'): Promise<string[]> {
    await this.stop();
    const before = this.notes.length;
    await this.start(sets, verb);
    return this.notes.slice(before);
  }

  parameter(name: string): ParameterState | undefined {
    return this.engine.state().parameters.find((one) => one.name === name || `${one.group}.${one.name}` === name);
  }

  async set(name: string, value: unknown): Promise<void> {
    await this.engine.byHand.set('', name, value, 'a person');
  }
}

/** A number, or those of an array as a list. */
function numbers(wire: unknown, memory: SharedArrayBuffer | undefined): unknown {
  if (typeof wire !== 'object' || wire === null) return wire;
  const { '~labelled': inner, '~at': at, shape, dtype } = wire as { '~labelled'?: unknown; '~at'?: number; shape?: number[]; dtype?: string };
  if (inner !== undefined) return numbers(inner, memory);
  const length = shape!.reduce((product, n) => product * n, 1);
  return Array.from(dtype === 'float64' ? new Float64Array(memory!, at, length) : new Uint32Array(memory!, at, length));
}

const SLIDER = (declared: string): string => `const p = parameters({ sigma: ${declared} });\nexport const v = view.text({ id }, () => JSON.stringify(p.sigma));`;

describe('parameters', () => {
  test('are kept by name and type over a reload and a restart, and all workers have them', async () => {
    const shift = await new Shift(SLIDER('slider(5, 0, 20)')).start();
    await shift.set('sigma', 7);
    await shift.trains(1);
    expect(shift.values.get('views/v')).toBe('7');
    expect(await shift.edit(`// a note\n${SLIDER('slider(5, 0, 20)')}`)).toEqual([]);
    expect([shift.parameter('sigma')!.value, shift.values.get('views/v')]).toEqual([7, '7']);
    await shift.restart();
    await shift.trains(1);
    expect([shift.parameter('sigma')!.value, shift.values.get('views/v')]).toEqual([7, '7']);
    await shift.stop();
  });

  test('out of the new range are clamped, and that is said', async () => {
    const shift = await new Shift(SLIDER('slider(5, 0, 20)')).start();
    await shift.set('sigma', 18);
    expect(await shift.edit(SLIDER('slider(5, 0, 10)'))).toContainEqual(expect.stringMatching(/views\.sigma must lie between 0 and 10, not be 18\. Clamped to 10\./));
    expect([shift.parameter('sigma')!.value, shift.values.get('views/v')]).toEqual([10, '10']);
    // It is 10 from now on, not 18 when the range grows again.
    await shift.edit(SLIDER('slider(5, 0, 30)'));
    expect(shift.values.get('views/v')).toBe('10');
    shift.write(SLIDER('slider(5, 0, 8)'));
    expect(await shift.restart()).toContainEqual(expect.stringMatching(/between 0 and 8.*Clamped to 8\./));
    expect(shift.parameter('sigma')!.value).toBe(8);
    await shift.stop();
  });

  test('give way to a default that was edited, while it runs and while it does not; one that was never touched says nothing', async () => {
    const shift = await new Shift(SLIDER('slider(5, 0, 20)')).start();
    expect(await shift.edit(SLIDER('slider(6, 0, 20)'))).toEqual([]);
    expect(shift.values.get('views/v')).toBe('6');
    await shift.set('sigma', 7);
    expect(await shift.edit(SLIDER('slider(8, 0, 20)'))).toContain("views.sigma: the file's new default 8 takes the place of 7.");
    expect(shift.values.get('views/v')).toBe('8');
    await shift.set('sigma', 9);
    await shift.stop();
    shift.write(SLIDER('slider(4, 0, 20)'));
    shift.notes.length = 0;
    await shift.start();
    expect(shift.notes).toContain("views.sigma: the file's new default 4 takes the place of 9.");
    expect(shift.parameter('sigma')!.value).toBe(4);
    // What was kept against the old default does not come back with it.
    await shift.stop();
    shift.write(SLIDER('slider(8, 0, 20)'));
    await shift.start();
    expect(shift.parameter('sigma')!.value).toBe(8);
    await shift.stop();
  });

  test('of another type have their default, and that is said', async () => {
    const shift = await new Shift(SLIDER('slider(5, 0, 20)')).start();
    await shift.set('sigma', 7);
    expect(await shift.edit(SLIDER('true'))).toContain('views.sigma is of type boolean now, no longer number: its default true takes the place of 7.');
    expect(shift.values.get('views/v')).toBe('true');
    await shift.set('sigma', false);
    shift.write(SLIDER("choice('a', ['a', 'b'])"));
    expect(await shift.restart()).toContain('views.sigma is of type choice now, no longer boolean: its default "a" takes the place of false.');
    await shift.set('sigma', 'b');
    expect(await shift.edit(SLIDER("choice('a', ['a', 'c'])"))).toContainEqual(expect.stringMatching(/views\.sigma must be one of a, c, not "b"\. The default "a" is used\./));
    await shift.stop();
  });

  test('that are taken out and put back have their value again', async () => {
    const shift = await new Shift(SLIDER('slider(5, 0, 20)')).start();
    await shift.set('sigma', 7);
    const without = 'export const v = view.text({ id }, () => "none");';
    expect(await shift.edit(without)).toEqual([]);
    expect(shift.parameter('sigma')).toBeUndefined();
    await shift.edit(SLIDER('slider(5, 0, 20)'));
    expect(shift.values.get('views/v')).toBe('7');
    await shift.edit(without);
    await shift.restart();
    await shift.edit(SLIDER('slider(5, 0, 20)'));
    expect(shift.values.get('views/v')).toBe('7');
    await shift.stop();
  });

  test('of groups are theirs alone; a list’s value that was edited wins as a default does', async () => {
    const shift = new Shift('export class Tool { @Param({ min: 0, max: 9 }) gain = 2; @View.Scalar v(@From(\'internal#train_id\') x: number) { return this.gain; } }\nexport const l = group(Tool, { prefix: \'l\', gain: 3 });');
    await shift.start();
    await shift.engine.byHand.set('l', 'gain', 7, 'a person');
    await shift.trains(1);
    expect([shift.values.get('Tool/v'), shift.values.get('l/v')]).toEqual([2, 7]);
    await shift.restart();
    await shift.trains(1);
    expect([shift.values.get('Tool/v'), shift.values.get('l/v')]).toEqual([2, 7]);
    await shift.stop();

    const list = new Shift('trainyard: 1\nparameters: { sigma: 3 }\nsteps:\n  - views: ./views.ts\n', 'list.yaml');
    list.write(SLIDER('slider(5, 0, 20)'), 'views.ts');
    await list.start();
    expect(list.parameter('views.sigma')).toMatchObject({ value: 3, default: 3 });
    await list.set('views.sigma'.split('.')[1]!, 4);
    list.write('trainyard: 1\nparameters: { sigma: 6 }\nsteps:\n  - views: ./views.ts\n');
    expect(await list.reload()).toContain("views.sigma: the file's new default 6 takes the place of 4.");
    expect(list.values.get('views/v')).toBe('6');
    await list.stop();
  });

  test('run starts from the file, the list and --set alone; live restores, and --set wins there, too', async () => {
    const shift = await new Shift(SLIDER('slider(5, 0, 20)')).start();
    await shift.set('sigma', 7);
    expect(await shift.restart({}, 'run')).toEqual([]);
    expect(shift.parameter('sigma')!.value).toBe(5);
    await shift.restart({ sigma: '6' }, 'run');
    await shift.set('sigma', 2);
    // A run that somebody turned a slider of leaves nothing behind.
    await shift.restart();
    expect(shift.parameter('sigma')!.value).toBe(7);
    await shift.restart({ sigma: '3' });
    expect(shift.parameter('sigma')!.value).toBe(3);
    await shift.stop();
  });

  test('that are set while the code loads keep that value', async () => {
    const shift = await new Shift(SLIDER('slider(5, 0, 20)')).start();
    shift.write(SLIDER('slider(8, 0, 20)'));
    const loading = shift.engine.reload('save');
    await shift.set('sigma', 11);
    await loading;
    await shift.trains(1);
    expect([shift.engine.state().generation.number, shift.values.get('views/v')]).toEqual([2, '11']);
    await shift.stop();
  });
});

const REDUCERS = `const factor = 1;
export const n = view.scalar({ id }, ({ id }) => scaled(id));
export const average = view.scalar({ n }, ({ n }) => n, { average: 4 });
export const count = view.reduce(view.scalar({ id }, () => 1), sum({ trains: 1000 }));
export const spread = view.reduce(n, histogram({ bins: 4, range: [0, 4000] }));
export const before = view.scalar({ id: shifted(id, -2) }, ({ id }) => id);
export const beforeN = view.scalar({ n: shifted(n, -1) }, ({ n }) => n);
function scaled(x: number) { return x * factor; }`;

describe('what remembers trains', () => {
  const state = ({ values }: Shift) => ['average', 'count', 'before', 'beforeN'].map((name) => values.get(`views/${name}`));

  test('goes on over edits that change nothing: comments, formatting, names inside, types, another parameter, the order of views', async () => {
    const shift = await new Shift(REDUCERS).start();
    await shift.trains(5);
    const edits: ((text: string) => string)[] = [
      (text) => `// a note\n${text}`, (text) => text.replaceAll(', ', ',\n    '), (text) => text.replace('function scaled(x: number) { return x * factor; }', 'function scaled(value: any): number { return value * factor; }'),
      (text) => text.replaceAll('scaled', 'times'), (text) => text.replace('({ n }) => n, { average', '({ n: mine }) => mine, { average'), (text) => `const p = parameters({ other: 3 });\n${text}\nexport const more = view.scalar({ id }, () => p.other);`,
      (text) => text.split('\n').toSorted((a, b) => Number(a.includes('count')) - Number(b.includes('count'))).join('\n'),
    ];
    for (const [i, edit] of edits.entries()) {
      expect(edit(REDUCERS)).not.toBe(REDUCERS);
      expect(await shift.edit(edit(REDUCERS)), `edit ${i}`).toEqual([]);
      const last = 1005 + i;
      expect(state(shift), `edit ${i}`).toEqual([last - 1.5, 6 + i, last - 2, last - 1]);
    }
    await shift.stop();
  });

  test.each<[string, (text: string) => string, RegExp[]]>([
    ['a helper', (text) => text.replace('x * factor', 'x + factor'), [/^views\/average starts anew: scaled\(\) changed\.$/, /^views\/spread starts anew: scaled\(\) changed\.$/, /^Earlier values of view#views\/n are forgotten: scaled\(\) changed\.$/]],
    ['a constant behind a helper', (text) => text.replace('factor = 1', 'factor = 2'), [/^views\/average starts anew: factor changed\.$/, /^views\/spread starts anew: factor changed\.$/, /^Earlier values of view#views\/n/]],
    ['a view before it', (text) => text.replace('({ id }) => scaled(id)', '({ id }) => 2 * scaled(id)'), [/^views\/average starts anew: n changed\.$/, /^views\/spread starts anew: n changed\.$/, /^Earlier values of view#views\/n are forgotten: its own code changed\.$/]],
    ['the reducer', (text) => text.replace('bins: 4', 'bins: 8'), [/^views\/spread starts anew: its own code changed\.$/]],
    ['the window', (text) => text.replace('average: 4', 'average: 5'), [/^views\/average starts anew: its own code changed\.$/]],
  ])('starts anew when %s changes, and says what did it', async (_, edit, notes) => {
    const shift = await new Shift(REDUCERS).start();
    await shift.trains(5);
    const said = await shift.edit(edit(REDUCERS));
    expect(said).toHaveLength(notes.length);
    for (const note of notes) expect(said).toContainEqual(expect.stringMatching(note));
    expect(shift.values.get('views/count')).toBe(6);
    await shift.stop();
  });

  test('a default that is written with the value in force starts nothing anew; one that changes the value does', async () => {
    const text = `const p = parameters({ factor: slider(1, 0, 10), other: 3 });
export class Tool { @Param() k = 2; @View.Scalar v(@From('internal#train_id') x: number) { return x * this.k; } }
export const total = view.reduce(view.scalar({ id }, () => p.factor), sum({ trains: 1000 }));
export const spread = view.reduce('view#Tool/v', mean());`;
    const shift = await new Shift(text).start();
    await shift.trains(2);
    await shift.set('factor', 5);
    await shift.set('k', 4);
    await shift.trains(1);
    expect(await shift.edit(text.replace('slider(1', 'slider(5').replace('k = 2', 'k = 4'))).toEqual([]);
    expect(shift.values.get('views/total')).toBe(12);
    // Of a view that does not take it, too, nothing changes.
    expect(await shift.edit(text.replace('slider(1', 'slider(5').replace('k = 2', 'k = 4').replace('other: 3', 'other: 4'))).toEqual([]);
    expect(shift.values.get('views/total')).toBe(17);
    await shift.stop();
    const another = await new Shift(text).start();
    await another.trains(2);
    expect(await another.edit(text.replace('slider(1', 'slider(5'))).toEqual(['views/total starts anew: the parameter factor changed.']);
    await another.stop();
  });

  test('names a helper of another file, a class’s member, and the parameter whose value is part of a path', async () => {
    const text = `import { threshold } from './lib.ts';
const p = parameters({ which: 'A' });
export class Tool { factor = 2; @View.Scalar v(@From('internal#train_id') x: number) { return this.helper(threshold(x)); } helper(x: number) { return x * this.factor; } }
export const spread = view.reduce('view#Tool/v', mean());
export const count = view.reduce(view.scalar({ id }, () => 1), sum({ trains: 1000 }));
export const none = view.scalar({ x: 'karabo#{which}/B/C.x' }, ({ x }) => x, { average: 3 });`;
    const shift = new Shift(text);
    const lib = (body: string): void => writeFileSync(join(shift.file, '..', 'lib.ts'), `export const threshold = (x: number) => ${body};\n`);
    lib('x > 3 ? x : 0');
    await shift.start();
    await shift.trains(2);
    lib('x > 4 ? x : 0');
    expect(await shift.reload()).toEqual(['views/spread starts anew: Tool/v, which it takes, changed.']);
    expect(await shift.edit(text.replace('factor = 2', 'factor = 3'))).toEqual(['views/spread starts anew: Tool/v, which it takes, changed.']);
    await shift.set('which', 'Z');
    await shift.trains(1);
    expect(shift.notes.at(-1)).toBe('views/none starts anew: its inputs or options changed.');
    expect(shift.values.get('views/count')).toBe(5);
    await shift.stop();
  });

  test('a broken save changes nothing', async () => {
    const shift = await new Shift(REDUCERS).start();
    await shift.trains(3);
    shift.write(`${REDUCERS}\nlet times = 0; export const bad = view.scalar({ id }, () => times++);`);
    await shift.engine.reload('save');
    expect(shift.engine.state().generation.error).toMatchObject({ code: 'VIEW_KEEPS_STATE', fix: expect.stringContaining('export const times = view.reduce(bad, sum())') });
    await shift.trains(1);
    expect(shift.values.get('views/count')).toBe(4);
    await shift.stop();
  });
});

const DARK = `export const dark = keep<NdArray | number>();
export const recordDark = action('Record dark', { of: id, reduce: mean(), trains: 3, into: dark });
export const has = view.text({ id }, () => (dark.value === undefined ? 'none' : String(dark.value)));`;

describe('constants', () => {
  test('survive every edit, being taken out and put back, and a restart; run takes them, too', async () => {
    const shift = await new Shift(DARK).start();
    shift.engine.byHand.action('', 'recordDark', 'a person');
    await shift.trains(3);
    await shift.trains(1);
    expect(shift.values.get('views/has')).toBe('1001');
    await shift.edit(`${DARK.replace('trains: 3', 'trains: 5')}\nexport const more = view.scalar({ id }, () => 1);`);
    expect(shift.values.get('views/has')).toBe('1001');
    await shift.edit('export const more = view.scalar({ id }, () => 1);');
    await shift.edit(DARK);
    expect(shift.values.get('views/has')).toBe('1001');
    await shift.restart();
    await shift.trains(1);
    expect(shift.values.get('views/has')).toBe('1001');
    await shift.restart({}, 'run');
    await shift.trains(1);
    expect(shift.values.get('views/has')).toBe('1001');
    await shift.stop();
  });

  test('an action that is under way goes on over an edit elsewhere, and is given up when what it collects changes', async () => {
    const text = `export const raw = view.scalar({ id }, ({ id }) => id);\n${DARK.replace('of: id', 'of: raw')}`;
    const shift = await new Shift(text).start();
    shift.engine.byHand.action('', 'recordDark', 'a person');
    await shift.trains(1);
    expect(await shift.edit(`// a note\n${text}`)).toEqual([]);
    await shift.trains(1);
    await shift.trains(1);
    expect(shift.values.get('views/has')).toBe('1001');
    shift.engine.byHand.action('', 'recordDark', 'a person');
    await shift.trains(1);
    expect(await shift.edit(text.replace('({ id }) => id)', '({ id }) => id + 1)'))).toEqual(['views/recordDark was given up, start it again: its own code changed.']);
    expect(shift.engine.state().actions[0]).toMatchObject({ message: 'given up: its own code changed' });
    await shift.stop();
  });
});

describe('clear', () => {
  const counts = ({ values }: Shift) => ['views/a', 'views/b', 'Tool/c'].map((id) => values.get(id));

  test('starts one view, a group, or all anew, from the next train on, and forgets a constant by its name', async () => {
    const shift = await new Shift(`${DARK}
const one = view.scalar({ id }, () => 1);
export const a = view.reduce(one, sum({ trains: 1000 }));
export const b = view.reduce(one, sum({ trains: 100 }));
export class Tool { @View.Scalar one(@From('internal#train_id') x: number) { return 1; } @State('one') c = sum({ trains: 50 }); }`).start();
    shift.engine.byHand.action('', 'recordDark', 'a person');
    await shift.trains(4);
    expect(counts(shift)).toEqual([4, 4, 4]);
    expect(shift.engine.byHand.clear('a', 'a person')).toBe('views/a starts anew');
    await shift.trains(1);
    expect(counts(shift)).toEqual([1, 5, 5]);
    expect(shift.engine.byHand.clear('Tool', 'a person')).toBe('Tool/c starts anew');
    await shift.trains(1);
    expect(counts(shift)).toEqual([2, 6, 1]);
    expect(shift.engine.byHand.clear('views', 'a person')).toBe('views/a, views/b start anew');
    await shift.trains(1);
    expect(counts(shift)).toEqual([1, 1, 2]);
    expect(shift.engine.byHand.clear(undefined, 'a person')).toBe('all averages, histograms and other running results start anew');
    await shift.trains(1);
    expect(counts(shift)).toEqual([1, 1, 1]);
    expect(shift.values.get('views/has')).toBe('1001');
    expect(shift.engine.byHand.clear('dark', 'a person')).toBe('views.dark is forgotten');
    await shift.trains(1);
    expect([shift.values.get('views/has'), ...counts(shift)]).toEqual(['none', 2, 2, 2]);
    expect(shift.engine.byHand.clear('views.dark', 'a person')).toBe('views.dark is not recorded: there is nothing to forget');
    expect(shift.engine.byHand.clear('has', 'a person')).toBe('views/has: no trains are remembered there, nothing is to be cleared');
    expect(() => shift.engine.byHand.clear('spred', 'a person')).toThrow(/There is no view, group or constant "spred"/);
    expect(() => shift.engine.byHand.clear('dakr', 'a person')).toThrow(/Did you mean "dark"\?/);
    await shift.restart();
    await shift.trains(1);
    expect(shift.values.get('views/has')).toBe('none');
    await shift.stop();
  });
});
