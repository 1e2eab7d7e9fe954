import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Problem } from '@trainyard/core';
import { Engine, EngineRefused, ProjectFolder, loadInstalled, type Installed, type TrainSource } from '@trainyard/runtime';
import { Workshop } from '../support/yard.ts';

/** What a tired person writes in a views file: each is refused in a sentence with its place, or fails alone. */
const shop = new Workshop();
const HEAD = `import { From, Param, State, View, group, keep, labelled, parameters, pulses, shifted, slider, stale, view } from '@trainyard/core'; import { correlation, growingHistogram, mean, rolling } from '@trainyard/statistics';
const cam = 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]';
`;
const LINE = 3;
let installed: Installed;
beforeAll(async () => {
  installed = await loadInstalled(shop.folder);
  await shop.run('sim', '--write', 'r0001', '--small', '--no-detector', '--trains', '12');
});
afterAll(() => shop.close());

const good = `export const good = view.scalar({ cam }, ({ cam }) => cam.sum());`;

/** Each refused file: what is said, and the line that is named (none where there is no one line). */
const REFUSED: [what: string, text: string, says: RegExp, line?: number][] = [
  ['a bracket that is not closed', `export const a = view.scalar({ cam }, ({ cam }) => cam.sum(;`, /Unexpected token/, LINE],
  ['it throws while it loads', `throw new Error('no detector here');\n${good}`, /no detector here/, LINE],
  ['it throws a text', `throw 'nothing';`, /threw nothing/],
  ['it ends the process', `process.exit(0);\n${good}`, /process\.exit\(\) is not for views/, LINE],
  ['an import that is not there', `import { x } from './nowhere.ts';\n${good}\nvoid x;`, /nowhere\.ts/, LINE],
  ['a pack that is misspelt', `import { x } from '@trainyard/smothing';\n${good}\nvoid x;`, /Did you mean "@trainyard\/smoothing"/, LINE],
  ['no view at all', `export const a = 1;`, /makes no view/],
  ['a path that is none', `export const a = view.scalar({ c: 'karabo SQS' }, () => 1);`, /names no key/, LINE],
  ['an input that is undefined', `export const a = view.scalar({ c: undefined as any }, () => 1);`, /not undefined/, LINE],
  ['an input that is a number', `export const a = view.scalar({ c: 3 as any }, () => 1);`, /not 3/, LINE],
  ['inputs without names', `export const a = (view as any).scalar(cam, () => 1);`, /takes its inputs by name/, LINE],
  ['no function', `export const a = (view as any).scalar({ cam });`, /takes a function/, LINE],
  ['a kind that is none', `export const a = (view as any).scaler({ cam }, () => 1);`, /scaler is not a function/, LINE],
  ['a view that takes itself', `export const a = view.scalar({ a: 'view#a' }, () => 1);`, /takes itself/, LINE],
  ['a view that is misspelt', `${good}\nexport const b = view.scalar({ g: 'view#god' }, () => 1);`, /Did you mean "good"/, LINE + 1],
  ['every 0', `export const a = view.scalar({ cam }, () => 1, { every: 0 });`, /"every" takes a whole number/, LINE],
  ['average of -3', `export const a = view.scalar({ cam }, () => 1, { average: -3 });`, /"average" takes a whole number/, LINE],
  ['an option that is misspelt', `export const a = view.scalar({ cam }, () => 1, { averge: 5 } as any);`, /Did you mean "average"/, LINE],
  ['stale by half a train', `export const a = view.scalar({ c: stale(cam, 0.5) }, () => 1);`, /stale\(\.\.\.\)/, LINE],
  ['a later train', `export const a = view.scalar({ c: shifted(cam, 1) }, () => 1);`, /shifted\(path, -1\)/, LINE],
  ['a default out of range', `const p = parameters({ s: slider(50, 0, 20) });\nexport const a = view.scalar({ cam }, () => p.s);`, /between 0 and 20/, LINE],
  ['a default that is undefined', `const p = parameters({ s: undefined as any });\nexport const a = view.scalar({ cam }, () => p.s);`, /not undefined/, LINE],
  ['one parameter twice', `const p = parameters({ s: 1 });\nconst q = parameters({ s: 2 });\nexport const a = view.scalar({ cam }, () => p.s + q.s);`, /declare "s"/],
  ['a template without its parameter', `export const a = view.scalar({ x: 'karabo#{nope}.isOpen' }, () => 1);`, /needs the parameter "nope"/, LINE],
  ['an argument without @From', `export class A { @View.Scalar s(c: any) { return c; } }`, /has no @From/],
  ['a prefix with a slash', `class A { @View.Scalar s(@From(cam) c: any) { return c.sum(); } }\nexport const l = group(A, { prefix: 'a/b' });`, /cannot be the name/],
  ['a prefix that leads out of the file', `class A { @View.Scalar s(@From(cam) c: any) { return c.sum(); } }\nexport const l = group(A, { prefix: '..' });`, /cannot be the name/],
  ['an empty prefix', `class A { @View.Scalar s(@From(cam) c: any) { return c.sum(); } }\nexport const l = group(A, { prefix: '' });`, /cannot be the name/],
  ['a class twice under one name', `export class A { @View.Scalar s(@From(cam) c: any) { return c.sum(); } }\nexport const l = group(A, { prefix: 'A' });`, /Two groups are called "A"/],
  ['a reducer of two inputs that gets one', `${good}\nexport const a = view.reduce(good, correlation());`, /correlation takes x and y/, LINE + 1],
  ['a reducer of one input that gets two', `${good}\nexport const a = view.reduce({ x: good, y: good } as any, mean());`, /mean takes one input, not x, y/, LINE + 1],
  ['an input of a reducer that is misspelt', `${good}\nexport const a = view.reduce({ X: good, y: good } as any, correlation());`, /Did you mean "x"/, LINE + 1],
  ['no reducer', `${good}\nexport const a = view.reduce(good, mean as any);`, /a reducer after what it folds/, LINE + 1],
  ['bins that are none', `export const a = view.reduce(cam, growingHistogram({ width: 0 }));`, /width above 0/, LINE],
  ['a state of two inputs that names one', `export class A { @State('s') line = correlation(); @View.Scalar s(@From(cam) c: any) { return c.sum(); } }`, /correlation takes x and y/],
  ['it keeps values in a list', `const all: number[] = [];\nexport const a = view.scalar({ cam }, ({ cam }) => all.push(cam.sum()));`, /a writes to all: .*remembers nothing/, LINE + 1],
  ['it keeps values in a map, in a helper', `const seen = new Map();\nconst note = (n: number) => seen.set(n, 1);\nexport const a = view.scalar({ cam }, ({ cam }) => { note(cam.sum()); return 1; });`, /a writes to seen/, LINE + 1],
  ['it keeps values in a class', `class Tally { static n = 0; }\nexport const a = view.scalar({ cam }, () => Tally.n++);`, /a writes to Tally/, LINE + 1],
  ['it keeps values for all to see', `export const a = view.scalar({ cam }, () => { (globalThis as any).n = 1; return 1; });`, /a writes to globalThis/, LINE],
  ['it writes to its parameter', `const p = parameters({ s: 3 });\nexport const a = view.scalar({ cam }, () => { (p as any).s = 4; return p.s; });`, /a writes to p/, LINE + 1],
  ['it records a constant by itself', `export const dark = keep();\nexport const a = view.scalar({ cam }, ({ cam }) => { dark.value = cam; return 1; });`, /a writes to dark/, LINE + 1],
  ['its factory counts', `const make = () => { let n = 0; return view.scalar({ cam }, () => n++); };\nexport const a = make();`, /a view of make\(\) writes to n/, LINE],
  ['it keeps a value itself', `let n = 0;\nexport const a = view.scalar({ cam }, () => { n += 1; return n; });`, /remembers nothing/, LINE + 1],
];

/** The problems that keep a file from being loaded: with the real workers, in this process. */
async function refused(file: string): Promise<readonly Problem[]> {
  const source: TrainSource = {
    onChange: () => undefined, open: async () => undefined, want: () => undefined, take: () => undefined, close: async () => undefined,
    ended: false, recorded: undefined, status: { what: 'nothing', kind: 'run', status: 'waiting', message: '' }, tree: { sources: [] }, dropped: {},
  };
  const engine = new Engine({ file, verb: 'run', source, sinks: [], installed, version: '0', watch: false, workers: 1, sets: {}, project: new ProjectFolder(shop.folder) });
  try {
    await engine.start();
  } catch (error) {
    if (error instanceof EngineRefused) return error.problems;
    throw error;
  }
  await engine.stop();
  return [];
}

test.each<[what: string, text: string, says: RegExp, line?: number]>(REFUSED)('%s', async (...[what, text, says, line]) => {
  const [problem] = await refused(shop.write(`${what.replaceAll(/\W/g, '-')}/views.ts`, HEAD + text));
  expect(problem).toMatchObject({ severity: 'error', message: expect.stringMatching(says), ...(line !== undefined && { where: expect.objectContaining({ line }) }) });
});

test('refused: the process says it in a line, leaves no file and nothing on standard output', async () => {
  shop.write('refused/views.ts', `${HEAD}throw new Error('no detector here');\n${good}`);
  const { code, stdout, stderr } = await shop.run('run', 'refused/views.ts', '--run', 'r0001', '--json', '--out', 'never.h5');
  expect([code, stdout, readdirSync(shop.folder).filter((name) => name.startsWith('never'))]).toEqual([2, '', []]);
  expect(stderr).toMatch(new RegExp(`views\\.ts:${LINE}:\\d+: error: no detector here`));
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

/** Each view fails or is late alone, with its line; `good` beside it has every train. */
test('results and deeds that are wrong: the others run on', async () => {
  shop.write('wrong/views.ts', `${HEAD}import { zeros } from '@trainyard/core';
const id = 'internal#train_id';
${good}
export const number = view.image({ cam }, ({ cam }) => cam.sum() as any);
export const image = view.scalar({ cam }, ({ cam }) => cam as any);
export const cloud = view.points({ cam }, ({ cam }) => cam as any);
export const texts = view.vector({ cam }, () => ['a', 'b'] as any);
export const gaps = view.vector({ cam }, () => [1, undefined] as any);
export const ragged = view.matrix({ cam }, () => [[1, 2], [3]] as any);
export const columns = view.table({ cam }, () => ({ x: [1, 2], y: [1] }));
export const nothing = view.scalar({ cam }, () => { throw null; });
export const late = view.scalar({ cam }, async () => Promise.reject(new Error('afterwards')));
export const deep = view.scalar({ cam }, () => { const f = (): number => f() + 1; return f(); });
export const big = view.vector({ cam }, () => new Float64Array(1e12));
export const ends = view.scalar({ cam, id }, ({ id }) => (id === 10003 ? process.exit(3) : id));
export const lost = view.scalar({ cam, id }, ({ id }) => { if (id === 10004) void Promise.reject(new Error('nobody waits')); return id; });
export const nan = view.scalar({ cam }, () => NaN);
export const empty = view.image({ cam }, () => zeros([0, 5]));
export const grows = view.vector({ cam, id }, ({ id }) => zeros(id % 5));
export const triple = view.vector({ cam }, () => zeros(3));
export const labels = view.vector({ cam }, () => labelled(zeros(3), { axes: [{ name: 'x', values: [1, 2] }] }));
export const noData = view.scalar({ x: 'karabo#NO/SUCH/DEVICE.value' }, () => 1);
export const word = view.text({ cam }, () => 'word');
export const folded = view.reduce(word as any, mean());
export const unlike = view.reduce({ x: triple, y: empty }, correlation());
export const half = view.reduce({ x: good, y: noData }, correlation());
export const neither = view.reduce({ x: noData, y: labels }, correlation());
export const rolled = view.reduce(grows, rolling({ trains: 2 }));
`);
  const { code, json, stderr, stdout } = await shop.run('run', 'wrong/views.ts', '--run', 'r0001', '--json', '--out', 'wrong.h5');
  const { views, trains } = json.at(-1) as { trains: number; views: Record<string, Record<string, number>> };
  expect([code, trains, stdout.trimEnd().split('\n').length - json.length]).toEqual([0, 12, 0]);
  const by = (outcome: string): string[] => Object.keys(views).filter((name) => views[name]![outcome] === 12).map((name) => name.slice('views/'.length)).sort();
  expect(by('failed')).toEqual(['big', 'cloud', 'columns', 'deep', 'folded', 'gaps', 'image', 'labels', 'late', 'nothing', 'number', 'ragged', 'texts', 'unlike']);
  expect(by('missing')).toEqual(['neither', 'noData']);
  expect(by('value')).toEqual(['empty', 'good', 'grows', 'half', 'lost', 'nan', 'triple', 'word']);
  expect(views['views/ends']).toMatchObject({ value: 11, failed: 1 });
  expect(views['views/rolled']).toMatchObject({ value: 1, failed: 11 });
  for (const counts of Object.values(views)) expect(Object.values(counts).reduce((sum, n) => sum + n)).toBe(12);
  expect(stderr).not.toMatch(/\n\s+at /);
});

test('a summary of many views comes whole through a pipe', async () => {
  shop.write('many/views.ts', HEAD + Array.from({ length: 900 }, (_, i) => `export const aViewWithALongName${i} = view.scalar({ cam }, () => ${i});`).join('\n'));
  const { code, json, stdout } = await shop.run('run', 'many/views.ts', '--run', 'r0001', '--json', '--trains', ':2');
  expect(stdout.length).toBeGreaterThan(70_000);
  expect([code, Object.keys((json.at(-1) as { views: object }).views).length]).toEqual([0, 900]);
});

test('a run that has none of the sources says so of every train', async () => {
  shop.write('absent/views.ts', `${HEAD}export const a = view.scalar({ x: 'karabo#SQS_SHUTER/DEV/1.isOpen' }, () => 1);`);
  const { code, json, stderr } = await shop.run('run', 'absent/views.ts', '--run', 'r0001', '--json');
  expect([code, json.at(-1)]).toEqual([0, expect.objectContaining({ trains: 12, views: { 'views/a': expect.objectContaining({ missing: 12 }) } })]);
  expect(stderr).toContain('Did you mean "SQS_SHUTTER/DEV/1"');
});
