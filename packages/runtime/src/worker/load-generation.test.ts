import { describe, expect, test } from 'vitest';
import type { CodeStep, GenerationCode } from './generation.ts';
import { splitKey } from './chosen-parameters.ts';
import { loadGeneration, type LoadedGeneration } from './load-generation.ts';

const FILE = '/data/views.ts';
let version = 0;
// A new query is a new module, as every generation's file is.
const url = (): string => new URL(`./views.test.support.ts?${++version}`, import.meta.url).href;
const written = Object.fromEntries(['scaled', 'outer', 'inner', 'Tool/value'].map((name, i) => [name, { file: FILE, line: i + 1, column: 3, hash: `hash of ${name}`, parts: {} }]));
const views = (more: Partial<Extract<CodeStep, { kind: 'views' }>> = {}): CodeStep => ({ kind: 'views', stem: 'views', url: url(), file: FILE, files: [FILE], written, ...more });
const plugin = (params: Record<string, unknown> = {}, more: Partial<Extract<CodeStep, { kind: 'plugin' }>> = {}): CodeStep =>
  ({ kind: 'plugin', id: 'test/scale', as: 'scale', url: url(), in: { x: 'karabo#B/X/1.energy' }, params: { name: 'n', ...params }, folder: '/data', where: { file: '/data/l.yaml', line: 3 }, ...more });
const load = (steps: CodeStep[], more: Partial<GenerationCode> = {}): Promise<LoadedGeneration> => loadGeneration({ number: 1, steps, listParameters: {}, overrides: {}, kept: {}, packFolders: {}, ...more });
const values = ({ descriptor }: LoadedGeneration) => Object.fromEntries(descriptor.params.map(({ group, name, value }) => [`${group}.${name}`, value]));
const run = (loaded: LoadedGeneration, id: string, x: number): unknown => loaded.graph.views.find((view) => view.id === id)!.spec.call!([x]);

describe('a views file', () => {
  test('is described: groups, views, parameters, constants, paths', async () => {
    const loaded = await load([views()]);
    const { descriptor } = loaded;
    expect(Object.fromEntries(descriptor.views.map((view) => [view.id, [view.where?.line, view.stage, view.hidden]]))).toEqual({ 'views/scaled': [1, 'pool', false], 'views/outer': [2, 'pool', false], 'views/outer.inner': [2, 'pool', true], 'Tool/value': [4, 'pool', false], 'l/value': [4, 'pool', false] });
    expect(descriptor.views.find(({ id }) => id === 'views/scaled')).toMatchObject({ title: 'Scaled', unit: 'uJ', kind: 'scalar', inputs: [{ name: 'x', from: 'karabo#A/X/1.energy', optional: false }], cumulative: false });
    expect(descriptor.views.find(({ id }) => id === 'views/outer')).toMatchObject({ every: 2, timeoutMs: 50 });
    expect(descriptor.params.map(({ group, name, value, structural }) => [group, name, value, structural])).toEqual([['Tool', 'gain', 2, false], ['l', 'gain', 7, false], ['views', 'sigma', 5, false], ['views', 'det', 'A', true], ['views', 'bins', 3, false]]);
    expect([descriptor.constants, descriptor.paths, descriptor.reduces, descriptor.notes]).toEqual([['views.dark'], ['karabo#A/X/1.energy'], false, []]);
    expect(() => structuredClone(descriptor)).not.toThrow();
  });

  test('sets a parameter of one group alone', async () => {
    const loaded = await load([views()]);
    loaded.set('Tool', 'gain', 3);
    loaded.set('views', 'sigma', 4);
    loaded.set('nowhere', 'sigma', 9);
    expect([run(loaded, 'Tool/value', 1), run(loaded, 'l/value', 1), run(loaded, 'views/scaled', 1)]).toEqual([3, 7, 4]);
  });

  test('an instance has a hash of its own, by its class and its values', async () => {
    const hashes = async (of: typeof written) => Object.fromEntries((await load([views({ written: of })])).descriptor.views.map(({ id, hash }) => [id, hash]));
    const [before, again, after] = [await hashes(written), await hashes(written), await hashes({ ...written, 'Tool/value': { ...written['Tool/value']!, hash: 'new' } })];
    expect(again).toEqual(before);
    expect(before['l/value']).not.toBe(before['Tool/value']);
    expect(Object.keys(before).filter((id) => before[id] !== after[id]).sort()).toEqual(['Tool/value', 'l/value']);
  });
});

describe('values that were chosen', () => {
  test('by group and name, by name alone for all groups, as text', async () => {
    expect(values(await load([views()], { overrides: { 'l.gain': '4', sigma: 3 } }))).toMatchObject({ 'Tool.gain': 2, 'l.gain': 4, 'views.sigma': 3 });
    expect(values(await load([views()], { overrides: { gain: 1, nothing: 5, 'nowhere.gain': 8 } }))).toMatchObject({ 'Tool.gain': 1, 'l.gain': 1 });
  });

  test('out of range are clamped and said; of the wrong type fall back to the default', async () => {
    const loaded = await load([views()], { overrides: { 'views.sigma': 50, 'Tool.gain': '-3', 'l.gain': 'wide' } });
    expect(values(loaded)).toMatchObject({ 'views.sigma': 20, 'Tool.gain': 0, 'l.gain': 7 });
    expect(loaded.descriptor.notes).toEqual([expect.stringMatching(/views\.sigma must lie between 0\.5 and 20 px, not be 50\. Clamped to 20\./), expect.stringMatching(/Clamped to 0/), expect.stringMatching(/l\.gain must be a number.*The default 7 is used/)]);
  });

  test('are kept with the default and the type that they were chosen against', async () => {
    const number = (value: number, old: number) => ({ value, default: old, type: 'number' as const });
    const loaded = await load([views()], { kept: { 'views.sigma': number(3, 6), 'Tool.gain': number(4, 2), 'l.gain': number(50, 7), 'views.det': number(1, 2), 'views.bins': number(3, 8), 'gone.gain': number(1, 2) } });
    expect(values(loaded)).toMatchObject({ 'views.sigma': 5, 'Tool.gain': 4, 'l.gain': 9, 'views.det': 'A', 'views.bins': 3 });
    expect(loaded.descriptor.notes).toEqual([
      "views.sigma: the file's new default 5 takes the place of 3.", expect.stringMatching(/l\.gain must lie between 0 and 9.*Clamped to 9\./),
      'views.det is of type string now, no longer number: its default "A" takes the place of 1.',
    ]);
  });

  test('by hand win over what was kept, also over an edited default', async () => {
    const kept = { 'views.sigma': { value: 3, default: 6, type: 'number' as const } };
    expect(values(await load([views()], { kept, overrides: { sigma: '7' } }))).toMatchObject({ 'views.sigma': 7 });
  });

  test('one used in a path changes the path', async () => {
    expect((await load([views()], { overrides: { det: 'Z' } })).descriptor.paths.toSorted()).toEqual(['karabo#A/X/1.energy', 'karabo#Z/X/1.energy']);
  });
});

describe('a list', () => {
  test('a step has its own parameters and output, read anew on every train', async () => {
    const loaded = await load([plugin({ factor: 3 })]);
    expect(values(loaded)).toEqual({ 'scale.factor': 3, 'scale.name': 'n' });
    expect(run(loaded, 'scale/main', 2)).toBe(6);
    loaded.set('scale', 'factor', 5);
    expect(run(loaded, 'scale/main', 2)).toBe(10);
  });

  test('a list parameter is one for all steps that take it, with their bounds, and the default of a views file', async () => {
    const loaded = await load([plugin({ factor: '{f}' }), plugin({ factor: '{f}' }, { as: 'second', in: { x: 'view#scale' } }), views()], { listParameters: { f: 4, sigma: 2, constructor: 3 } as unknown as Record<string, number> });
    expect(values(loaded)).toMatchObject({ 'list.f': 4, 'list.sigma': 2, 'views.sigma': 2 });
    expect(loaded.descriptor.params.find(({ name }) => name === 'f')!.spec).toMatchObject({ type: 'number', min: 0, max: 10 });
    loaded.set('list', 'f', 6);
    expect([run(loaded, 'scale/main', 1), run(loaded, 'second/main', 1)]).toEqual([6, 6]);
    expect(loaded.descriptor.views.find(({ id }) => id === 'second/main')!.inputs[0]!.from).toBe('view#scale/main');
  });

  test('an edited value of a list wins over what was kept against the old one', async () => {
    const kept = { 'views.sigma': { value: 4, default: 3, type: 'number' as const } };
    expect(values(await load([views()], { listParameters: { sigma: 3 }, kept }))).toMatchObject({ 'views.sigma': 4 });
    const edited = await load([views()], { listParameters: { sigma: 2 }, kept });
    expect([values(edited)['views.sigma'], edited.descriptor.notes]).toEqual([2, ["views.sigma: the file's new default 2 takes the place of 4."]]);
  });

  test('a template in an input takes a list parameter: setting it starts a generation', async () => {
    const loaded = await load([plugin({}, { in: { x: 'karabo#{where}/X/1.energy' } })], { listParameters: { where: 'Q' } });
    expect([loaded.descriptor.paths, loaded.descriptor.params.find(({ name }) => name === 'where')]).toMatchObject([['karabo#Q/X/1.energy'], { group: 'list', structural: true }]);
  });

  test.each<[string, () => CodeStep[], Record<string, number>]>([
    ['PLUGIN_UNKNOWN', () => [plugin({}, { id: 'test/gone' })], {}],
    ['PLUGIN_OUTPUT', () => [plugin({}, { id: 'test/broken', params: {} })], {}],
    ['LIST_PARAMETER_MISSING', () => [plugin({}, { params: {} })], {}],
    ['PARAM_RANGE', () => [plugin({ factor: '{f}' })], { f: 50 }],
    ['PARAM_RANGE', () => [plugin({ factor: 50 })], {}],
    ['GROUP_TWICE', () => [plugin(), plugin()], {}],
    ['VIEW_UNKNOWN', () => [plugin({}, { in: { x: 'view#nothing' } })], {}],
    ['PATH_TEMPLATE', () => [plugin({}, { in: { x: 'karabo#{nothing}/X/1.y' } })], {}],
  ])('%s', async (code, steps, listParameters) => {
    await expect(load(steps(), { listParameters })).rejects.toMatchObject({ code });
  });

  test('a plugin that refuses its parameters: the step and its place', async () => {
    await expect(load([plugin({}, { id: 'test/refuses', as: 'delays', params: {} })])).rejects.toMatchObject({ code: 'REDUCER_BINS', message: 'delays (test/refuses): Bins ascend.', where: { file: '/data/l.yaml', line: 3 } });
  });

  test('a file that throws while it loads', async () => {
    await expect(load([views({ url: 'data:text/javascript,throw new RangeError("at load")' })])).rejects.toThrow('at load');
  });
});

test('a key is a group and a name', () => {
  expect(['views.sigma', 'sigma', 'a.b.c'].map(splitKey)).toEqual([['views', 'sigma'], ['', 'sigma'], ['a.b', 'c']]);
});
