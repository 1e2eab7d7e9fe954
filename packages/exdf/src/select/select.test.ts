import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRun } from '../open/open-run.ts';
import type { Run } from '../run.ts';
import { control, instrument, writeFile } from '../write-file.test.support.ts';
import { matcher } from './globs.ts';
import { selectTrains, splitTrains } from './select-trains.ts';

const folder = mkdtempSync(join(tmpdir(), 'exdf-select-'));
let run: Run;

beforeAll(async () => {
  const ids = [10, 11, 12, 13, 14, 15];
  await writeFile(join(folder, 'RAW-R0001-DA01-S00000.h5'), { trainIds: ids, groups: [control('SA3_XGM/XGM/DOOCS', [1, 2, 3, 4, 5, 6]), instrument('SA3_XGM/XGM/DOOCS:output', [1, 0, 1, 1, 0, 1]), control('A/MOTOR/1', [5, 5, 5, 5, 5, 5])], run: { 'A/MOTOR/1/classId/value': 'Motor' } });
  await writeFile(join(folder, 'RAW-R0001-DA02-S00000.h5'), { trainIds: ids.slice(1, 5), groups: [instrument('A/CAM/1:daqOutput', [2, 1, 0, 1], 100), { section: 'CONTROL', source: 'A/START/1', first: [0, 0, 0, 0], count: [0, 0, 0, 0], keys: {} }], run: { 'A/START/1/gain/value': 1.5 } });
  run = await openRun(folder);
});
afterAll(() => {
  run.close();
  rmSync(folder, { recursive: true });
});

const keysOf = (one: Run): Record<string, string[]> => Object.fromEntries(Array.from(one.sources.values(), (source) => [source.name, [...source.keys.keys()].sort()]));
const errorOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('select', () => {
  test('by patterns for sources and keys; .value may be left out; only what is there is chosen', () => {
    expect(keysOf(run.select('*XGM*', 'data.*'))).toEqual({ 'SA3_XGM/XGM/DOOCS:output': ['data.x'] });
    expect(keysOf(run.select('*XGM*', 'v'))).toEqual({ 'SA3_XGM/XGM/DOOCS': ['v.value'] });
    expect(keysOf(run.select('*MOTOR*', 'v*'))).toEqual({ 'A/MOTOR/1': ['v.timestamp', 'v.value'] });
    expect(keysOf(run.select('*', '?'))).toEqual({ 'A/MOTOR/1': ['v.value'], 'SA3_XGM/XGM/DOOCS': ['v.value'] });
    expect(Object.keys(keysOf(run.select('A/*')))).toEqual(['A/CAM/1:daqOutput', 'A/MOTOR/1', 'A/START/1']);
    expect(keysOf(run.select('A/CAM/1:output', 'data.x'))).toEqual({ 'A/CAM/1:daqOutput': ['data.x'] });
  });

  test('by lists, pairs, names, and what another has', () => {
    expect(keysOf(run.select(['*MOTOR*', ['*:output', 'data.*']]))).toEqual({ 'A/MOTOR/1': ['v.timestamp', 'v.value'], 'SA3_XGM/XGM/DOOCS:output': ['data.x'] });
    expect(keysOf(run.select([['A/MOTOR/1', 'v.value'], ['A/MOTOR/1', 'v.timestamp']]))).toEqual({ 'A/MOTOR/1': ['v.timestamp', 'v.value'] });
    expect(keysOf(run.select({ 'A/MOTOR/1': ['v'], 'A/CAM/1:output': '*' }))).toEqual({ 'A/CAM/1:daqOutput': ['data.x'], 'A/MOTOR/1': ['v.value'] });
    const motor = run.select('*MOTOR*', 'v.value');
    for (const what of [motor, motor.source('A/MOTOR/1'), run.key('A/MOTOR/1', 'v')]) expect(keysOf(run.select(what))).toEqual({ 'A/MOTOR/1': ['v.value'] });
    expect(keysOf(motor.select('*'))).toEqual({ 'A/MOTOR/1': ['v.value'] });
  });

  test('the rest', () => {
    expect(Object.keys(keysOf(run.deselect('A/*')))).toEqual(['SA3_XGM/XGM/DOOCS', 'SA3_XGM/XGM/DOOCS:output']);
    expect(keysOf(run.deselect('*', '*.timestamp'))['A/MOTOR/1']).toEqual(['v.value']);
  });

  test('with data of all, or of any', () => {
    expect(run.select(['*:output', '*CAM*'], { requireAll: true }).trainIds).toEqual([12]);
    expect(run.select(['*:output', '*CAM*'], { requireAny: true }).trainIds).toEqual([10, 11, 12, 13, 14, 15]);
    expect(run.select('*CAM*', '*', { requireAll: true }).trainIds).toEqual([11, 12, 14]);
    // A source of the start of the run has no trains of its own.
    expect(run.select(['*CAM*', '*START*'], { requireAll: true }).trainIds).toEqual([11, 12, 14]);
    expect(run.trains('0:3').select('*:output', { requireAny: true }).trainIds).toEqual([10, 12]);
  });

  test('what is not there is refused with the nearest name', () => {
    expect(errorOf(() => run.select('*XGN*'))).toMatchObject({ code: 'EXDF_SELECT', message: expect.stringContaining('No source fits "*XGN*"') });
    expect(errorOf(() => run.select('*XGM*', 'nothing'))).toMatchObject({ code: 'EXDF_SELECT', message: expect.stringContaining('No key of the sources') });
    expect(errorOf(() => run.select('A/MOTR/1'))).toMatchObject({ message: expect.stringContaining('Did you mean "A/MOTOR/1"?') });
    expect(errorOf(() => run.select({ 'A/MOTOR/2': '*' }))).toMatchObject({ code: 'EXDF_NO_SOURCE', message: expect.stringContaining('Did you mean "A/MOTOR/1"?') });
    expect(errorOf(() => run.key('A/CAM/1:output', 'data.y'))).toMatchObject({ code: 'EXDF_NO_KEY', message: expect.stringContaining('Did you mean "data.x"?') });
  });

  test('nothing changes the run it was taken from; the files are those of what is left', () => {
    const part = run.select('*CAM*').trains([11]);
    expect([part.files, part.trainIds, part.source('A/CAM/1:output').keys.get('data.x')!.shape]).toEqual([['RAW-R0001-DA02-S00000.h5'], [11], [2]]);
    expect([run.files.length, run.trainIds.length, run.key('A/CAM/1:output', 'data.x').shape]).toEqual([2, 6, [4]]);
    expect(run.source('A/MOTOR/1').deviceClass).toBe('Motor');
    expect(run.trains([]).source('A/START/1').runValues()).toEqual({ gain: 1.5 });
    expect(run.trains([]).key('A/CAM/1:output', 'data.x')).toMatchObject({ dtype: 'int32', shape: [0] });
  });
});

describe('trains', () => {
  const ids = [10, 12, 13, 17, 20, 21];
  test.each([
    ['1:4', [12, 13, 17]], [':', ids], ['::2', [10, 13, 20]], ['-2:', [20, 21]], ['4:100', [20, 21]], ['5:2', []],
    [{ ids: '12:20' }, [12, 13, 17]], [{ ids: ':13' }, [10, 12]], [{ ids: '11:22:2' }, [12, 17, 21]], [{ ids: [21, 10, 99] }, [10, 21]],
    [13, [13]], [14, []], [[20, 12, 5], [12, 20]], [{ at: -1 }, [21]], [{ at: [3, 0, 3] }, [10, 17]],
  ] as const)('%j', (which, wanted) => expect(selectTrains(ids, which as Parameters<typeof selectTrains>[1])).toEqual(wanted));

  test.each(['1-4', '1:2:-1', '1:2:0', 'all', '1:2:3:4'])('"%s" is refused', (text) => expect(errorOf(() => selectTrains(ids, text))).toMatchObject({ code: 'EXDF_SELECT' }));
  test.each([6, -7, 1.5])('position %d is refused', (at) => expect(errorOf(() => selectTrains(ids, { at }))).toMatchObject({ code: 'EXDF_SELECT', message: expect.stringContaining('There are 6 trains') }));

  test('parts are whole, nearly equal and never empty', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.nat(1000), { maxLength: 40 }), fc.integer({ min: 1, max: 50 }), (list, n) => {
      for (const parts of [splitTrains(list, n), splitTrains(list, { trains: n })]) {
        expect(parts.flat()).toEqual(list);
        const sizes = parts.map((part) => part.length);
        expect(Math.min(...sizes, Infinity)).toBeGreaterThan(0);
        if (sizes.length) expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }
      expect(splitTrains(list, n).length).toBe(Math.min(n, list.length));
      for (const part of splitTrains(list, { trains: n })) expect(part.length).toBeLessThanOrEqual(n);
    }));
    expect(errorOf(() => splitTrains(ids, 0))).toMatchObject({ code: 'EXDF_SELECT' });
    expect(run.split(3).map((part) => part.key('A/MOTOR/1', 'v').shape[0])).toEqual([2, 2, 2]);
  });
});

describe('union', () => {
  test('sources of several, trains of several; parts of a run make the run', () => {
    const [cam, motor] = [run.select('*CAM*').trains([11]), run.select('*MOTOR*').trains([14])];
    const both = cam.union(motor);
    expect([both.trainIds, [...both.sources.keys()]]).toEqual([[11, 14], ['A/CAM/1:daqOutput', 'A/MOTOR/1']]);
    const [first, ...rest] = run.split(4) as [Run, ...Run[]];
    const whole = first.union(...rest);
    for (const [source, key] of [['A/CAM/1:daqOutput', 'data.x'], ['A/MOTOR/1', 'v.value']] as const) expect(whole.key(source, key).read()).toEqual(run.key(source, key).read());
  });

  test('of a train in files of both, the error says which', async () => {
    const other = join(folder, 'other');
    await writeFile(join(other, 'RAW-R0001-DA09-S00000.h5'), { trainIds: [15, 16], groups: [control('A/MOTOR/1', [1, 2])] });
    const two = await openRun(other);
    expect(errorOf(() => run.union(two))).toMatchObject({ code: 'EXDF_DUPLICATE_TRAINS', message: expect.stringMatching(/A\/MOTOR\/1 has train 15 in .*DA01.*DA09/) });
    two.close();
    await writeFile(join(other, 'RAW-R0001-DA09-S00000.h5'), { trainIds: [16, 17], groups: [control('A/MOTOR/1', [1, 2]), control('A/NEW/1', [1, 2])] });
    const next = await openRun(other);
    const joined = run.union(next.trains([16]));
    expect([joined.key('A/MOTOR/1', 'v').counts().counts, joined.key('A/NEW/1', 'v').counts().counts]).toEqual([[1, 1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0, 1]]);
    joined.close();
    expect(errorOf(() => next.key('A/NEW/1', 'v').read())).toMatchObject({ code: 'EXDF_CLOSED' });
    run = await openRun(folder);
  });
});

describe('aliases', () => {
  test('of files and of names; case and _ or - do not matter', () => {
    const file = join(folder, 'aliases.yml');
    writeFileSync(file, 'xgm: SA3_XGM/XGM/DOOCS\nmotor_pos: [A/MOTOR/1, v]\nA/CAM/1:output:\n  Pixels: data.x\nnot-there: NO/SUCH/1\n');
    const named = run.withAliases(file, { Extra: ['A/MOTOR/1', 'v.timestamp'] });
    expect(run.aliases.size).toBe(0);
    expect(named.alias('XGM')).toMatchObject({ name: 'SA3_XGM/XGM/DOOCS' });
    expect(named.alias('motor-Pos')).toMatchObject({ source: 'A/MOTOR/1', name: 'v.value' });
    expect(named.alias('pixels')).toMatchObject({ name: 'data.x' });
    expect(errorOf(() => named.alias('not-there'))).toMatchObject({ code: 'EXDF_NO_SOURCE' });
    expect(errorOf(() => named.alias('pixel'))).toMatchObject({ code: 'EXDF_ALIAS', message: expect.stringContaining('Did you mean "pixels"?') });
    expect(errorOf(() => run.alias('xgm'))).toMatchObject({ code: 'EXDF_ALIAS', message: expect.stringContaining('no aliases') });
    expect(keysOf(run.onlyAliases([file]))).toEqual({ 'A/CAM/1:daqOutput': ['data.x'], 'A/MOTOR/1': ['v.value'], 'SA3_XGM/XGM/DOOCS': ['v.timestamp', 'v.value'] });
    expect(errorOf(() => run.onlyAliases([file], { strict: true }))).toMatchObject({ code: 'EXDF_NO_SOURCE' });
    expect(named.select('*CAM*').aliases.has('xgm')).toBe(true);
    const toml = join(folder, 'aliases.toml');
    writeFileSync(toml, 'xgm = "SA3_XGM/XGM/DOOCS"\nmotor_pos = ["A/MOTOR/1", "v"]\nnot-there = "NO/SUCH/1"\n["A/CAM/1:output"]\nPixels = "data.x"\n');
    expect(Object.fromEntries(run.withAliases(toml).aliases)).toEqual(Object.fromEntries(run.withAliases(file).aliases));
  });

  test.each([
    ['two meanings', 'a: X/Y/Z\nA: X/Y/W\n', /"A" stands for X\/Y\/Z and for X\/Y\/W/],
    ['another form', 'a: [X/Y/Z]\n', /must stand for a source/],
    ['a list', '- a\n', /must have lines such as/],
    ['no YAML', 'a: [', /cannot be read/],
  ])('%s is refused', (_, text, says) => {
    writeFileSync(join(folder, 'bad.yml'), text);
    expect(errorOf(() => run.withAliases(join(folder, 'bad.yml')))).toMatchObject({ code: 'EXDF_ALIAS', message: expect.stringMatching(says) });
  });

  test('files of other kinds, and files that are not there', () => {
    expect(errorOf(() => run.withAliases('a.ini'))).toMatchObject({ code: 'EXDF_ALIAS', message: expect.stringContaining('.yml, .yaml, .json and .toml') });
    expect(errorOf(() => run.withAliases('none.yml'))).toMatchObject({ code: 'EXDF_ALIAS', message: expect.stringContaining('none.yml') });
    writeFileSync(join(folder, 'empty.yml'), '# nothing yet\n');
    expect(run.withAliases(join(folder, 'empty.yml')).aliases.size).toBe(0);
  });
});

test.each([
  ['*', 'anything', true], ['a?c', 'abc', true], ['a?c', 'ac', false], ['[ab]x', 'bx', true], ['[!ab]x', 'bx', false], ['[0-9]*', '5CH', true], ['a.c', 'abc', false], ['[', '[', true], ['a[]', 'a[]', true], ['A', 'a', false], ['*/DET/*', 'SPB/DET/1', true], ['{x}', '{x}', true], ['a^$', 'a^$', true],
] as const)('pattern %s, name %s: %s', (pattern, name, fits) => expect(matcher(pattern)(name)).toBe(fits));
