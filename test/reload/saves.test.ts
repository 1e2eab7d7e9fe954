import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { YardState } from '@trainyard/control';
import { Control, Workshop, type RunningYard } from '../support/yard.ts';

/** Every way in which a save can be bad, or come about, on one yard that runs on: nothing is lost, and what is wrong is said at its place. */
const shop = new Workshop();
let endpoint: string;

beforeAll(async () => {
  const sim = shop.start(['sim', '--endpoint', 'tcp://127.0.0.1:*', '--small', '--no-detector', '--rate', '50', '--json']);
  endpoint = (await sim.line(/"endpoint":"(tcp:[^"]+)"/))[1]!;
}, 60_000);
afterAll(() => shop.close());

const HEAD = `import { view } from '@trainyard/core';\n`;
const GOOD = `${HEAD}export const id = view.scalar({ id: 'internal#train_id' }, ({ id }) => id);\n`;

interface Live {
  readonly yard: RunningYard;
  readonly control: Control;
  readonly file: string;
}

async function live(folder: string, files: Readonly<Record<string, string>>, entry = 'views.ts'): Promise<Live> {
  for (const [name, text] of Object.entries(files)) shop.write(`${folder}/${name}`, text);
  const file = shop.path(folder, entry);
  const yard = shop.start(['live', file, '--stream', endpoint, '--workers', '1']);
  const control = new Control((await yard.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/))[0]);
  await control.until('trains come', (state) => state.trains.done > 2);
  return { yard, control, file };
}

/** Every train has one outcome in the view that was there from the start; the newest few may still be under way. */
function expectBooked({ trains, views }: YardState): void {
  const { counts, seen } = views.find(({ id }) => id === 'views/id')!;
  const booked = Object.values(counts).reduce((sum, n) => sum + n, 0);
  expect(booked).toBeGreaterThanOrEqual(trains.done);
  expect(booked).toBeLessThanOrEqual(seen);
  expect(seen - trains.done).toBeLessThan(16);
}

async function goodAgain({ control, file }: Live, text: string): Promise<YardState> {
  const { generation } = await control.state();
  writeFileSync(file, text);
  return control.until('the next generation', (state) => state.generation.number > generation.number && state.generation.error === undefined);
}

describe('a save that does not load', () => {
  let yard: Live;
  beforeAll(async () => {
    yard = await live('bad', { 'views.ts': GOOD, 'helper.ts': 'export const two = 2;\n' });
  }, 60_000);

  it.each<[what: string, text: string, code: string, says: RegExp, line: number, column: number, extra?: Readonly<Record<string, string>>, place?: string]>([
    ['a syntax error', `${GOOD}export const a = view.scalar({ id }, ({ id }) => id * ;\n`, 'VIEWS_COMPILE', /Unexpected token/, 3, 55],
    ['an import of a file that is not there', `${GOOD}import { x } from './nowhere.ts';\nexport const a = x;\n`, 'VIEWS_COMPILE', /nowhere\.ts/, 3, 19],
    ['an import of a package that is not there', `${GOOD}import { x } from 'no-such-package';\nexport const a = x;\n`, 'IMPORT_UNKNOWN', /no package "no-such-package"/, 3, 19],
    ['a name that a package does not export', `${GOOD}import { gausianFilter } from '@trainyard/smoothing';\nexport const a = gausianFilter;\n`, 'IMPORT_NAME', /Did you mean "gaussianFilter"/, 3, 10],
    ['a name that an imported file does not export', `${GOOD}import { tow } from './helper.ts';\nexport const a = tow;\n`, 'VIEWS_COMPILE', /tow/, 3, 10],
    ['a throw at the top', `${GOOD}const limit = 3;\nif (limit > 2) throw new Error('no detector here');\n`, 'VIEWS_LOAD', /no detector here/, 4, 22],
    ['a throw in an imported file', `${GOOD}import { three } from './helper.ts';\nexport const a = three;\n`, 'VIEWS_LOAD', /helper is tired/, 2, 7, { 'helper.ts': "export const three = 3;\nthrow new Error('helper is tired');\n" }, 'helper.ts'],
    ['a syntax error in an imported file', `${GOOD}import { three } from './helper.ts';\nexport const a = three;\n`, 'VIEWS_COMPILE', /Unexpected token/, 1, 22, { 'helper.ts': 'export const three = ;\n' }, 'helper.ts'],
    ['JSON that is none', `${GOOD}import table from './table.json';\nexport const a = table;\n`, 'VIEWS_COMPILE', /./, 1, 8, { 'table.json': '{ "a": }' }, 'table.json'],
    ['no views', `${HEAD}void view;\n`, 'VIEWS_NONE', /makes no view/, 1, 1],
    ['an empty file', '', 'VIEWS_NONE', /makes no view/, 1, 1],
    ['views in a circle', `${HEAD}export const a = view.scalar({ b: 'view#b' }, ({ b }) => b);\nexport const b = view.scalar({ a }, ({ a }) => a);\n`, 'VIEW_CYCLE', /a.*b/, 3, 14],
    ['a view that is not there', `${GOOD}export const a = view.scalar({ b: 'view#idd' }, ({ b }) => b);\n`, 'VIEW_UNKNOWN', /Did you mean "id"/, 3, 14],
    ['a view that keeps something', `${GOOD}let n = 0;\nexport const a = view.scalar({ id }, () => { n += 1; return n; });\n`, 'VIEW_KEEPS_STATE', /remembers nothing/, 4, 46],
  ])('%s: the views before it run on, and it is said at file:line:column', async (_, text, code, says, line, column, extra = {}, place = 'views.ts') => {
    const { control, file } = yard;
    await goodAgain(yard, `// ${_}\n${GOOD}`);
    for (const [name, content] of Object.entries(extra)) writeFileSync(shop.path('bad', name), content);
    const before = await control.state();
    writeFileSync(file, text);
    const broken = await control.until('the error shows', (state) => state.generation.error !== undefined);
    expect(broken.generation.error).toMatchObject({ code, message: expect.stringMatching(says) as string, file: shop.path('bad', place), line, column });
    expect(broken.generation.number).toBe(before.generation.number);
    expect(broken.generation.failures).toBe(before.generation.failures + 1);
    const on = await control.until('trains go on', (state) => state.trains.done > broken.trains.done + 3);
    expectBooked(on);
    expect(on.trains.dropped).toEqual({});
    await yard.yard.line(new RegExp(`Not loaded, the old views run on: .*${place.replace('.', '\\.')}:${line}:${column}: `));
    // The mend, in the file that is at fault.
    if (place === 'views.ts') await goodAgain(yard, GOOD);
    else {
      writeFileSync(shop.path('bad', place), place.endsWith('.json') ? '{ "a": 1 }' : 'export const two = 2, three = 3;\n');
      await control.until('it loads', (state) => state.generation.error === undefined && state.generation.number > before.generation.number);
    }
    expectBooked(await control.state());
  });

  it('a wrong type only warns', async () => {
    const { control } = yard;
    const { generation } = await goodAgain(yard, `${GOOD}export const text = view.scalar({ id }, ({ id }) => id + ('a' as unknown as string).lenght);\n`);
    expect(generation.error).toBeUndefined();
    const warned = await control.until('the check has looked', (state) => state.generation.warnings.length > 0, 60_000);
    expect(warned.generation.warnings[0]).toMatchObject({ code: 'TS2551', line: 3, column: expect.any(Number) as number, file: yard.file });
    expect(warned.views.map(({ name }) => name)).toContain('text');
  }, 90_000);
});

describe('a save', () => {
  const NUMBER = (n: number): string => `export const number = ${n};\n`;
  const WITH = `import { number } from './lib/number.ts';\nimport table from './table.json';\n${GOOD}export const sum = view.scalar({ id }, () => number + table.plus);\n`;
  let yard: Live;
  beforeAll(async () => {
    yard = await live('good', { 'views.ts': WITH, 'lib/number.ts': NUMBER(1), 'table.json': '{ "plus": 10 }' });
  }, 60_000);
  afterAll(async () => {
    const state = await yard.control.state();
    expectBooked(state);
    expect(state.trains.dropped).toEqual({});
    expect(state.generation.failures).toBe(0);
  });

  /** Does it, and waits for the one generation that comes of it; of several changes on a busy machine there may be `most`. */
  async function changes(what: () => void | Promise<void>, most = 1): Promise<YardState> {
    const { number } = (await yard.control.state()).generation;
    await what();
    await yard.control.until('the next generation', (state) => state.generation.number > number);
    await wait(250);
    const state = await yard.control.state();
    expect(state.generation.number).toBeGreaterThan(number);
    expect(state.generation.number).toBeLessThanOrEqual(number + most);
    expect(state.generation.error).toBeUndefined();
    return state;
  }
  const at = (name: string): string => shop.path('good', name);

  it('of what the views import, JSON too', async () => {
    await changes(() => writeFileSync(at('lib/number.ts'), NUMBER(2)));
    await changes(() => writeFileSync(at('table.json'), '{ "plus": 20 }'));
  });

  it('by a rename over the file, as vim and VS Code do; and back from a backup', async () => {
    await changes(() => {
      writeFileSync(at('.views.ts.swp'), `// renamed\n${WITH}`);
      renameSync(at('.views.ts.swp'), at('views.ts'));
    });
    await changes(() => {
      renameSync(at('views.ts'), at('views.ts~'));
      writeFileSync(at('views.ts'), `// anew\n${WITH}`);
    }, 2);
  });

  it('that writes twice in a row comes to rest at the second', async () => {
    const { number } = (await yard.control.state()).generation;
    writeFileSync(at('views.ts'), `${WITH}export const first = view.scalar({ id }, ({ id }) => id);\n`);
    await wait(15);
    writeFileSync(at('views.ts'), `${WITH}export const second = view.scalar({ id }, ({ id }) => id);\n`);
    const state = await yard.control.until('the second', ({ views }) => views.some(({ name }) => name === 'second'));
    expect(state.generation.number).toBeLessThanOrEqual(number + 2);
    await wait(250);
    expect((await yard.control.state()).views.map(({ name }) => name)).toEqual(['id', 'sum', 'second']);
  });

  it('of a folder that was replaced, and of a link that leads elsewhere', async () => {
    // It may be the second try.
    for (const name of ['old', '..v1', '..v2', '..data', '..data_tmp', 'more.ts']) rmSync(at(name), { recursive: true, force: true });
    await changes(() => {
      renameSync(at('lib'), at('old'));
      shop.write('good/lib/number.ts', NUMBER(3));
    }, 2);
    mkdirSync(at('..v1'));
    mkdirSync(at('..v2'));
    writeFileSync(at('..v1/more.ts'), NUMBER(5));
    writeFileSync(at('..v2/more.ts'), NUMBER(6));
    symlinkSync('..v1', at('..data'));
    symlinkSync('..data/more.ts', at('more.ts'));
    await changes(() => writeFileSync(at('views.ts'), WITH.replace('./lib/number.ts', './more.ts')));
    await changes(() => {
      symlinkSync('..v2', at('..data_tmp'));
      renameSync(at('..data_tmp'), at('..data'));
    }, 2);
    await changes(() => writeFileSync(at('..v2/more.ts'), NUMBER(7)));
  });

  it('of the list, of a views file that it names, and of one that comes later', async () => {
    const list = (views: string): string => `trainyard: 1\nsteps:\n  - views: ./${views}\n  - plugin: smoothing/gaussian\n    in: { image: "karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]" }\n    params: { sigma: 2 }\n    as: smooth\n`;
    const { control } = await live('list', { 'list.yaml': list('a.ts'), 'a.ts': GOOD }, 'list.yaml');
    writeFileSync(shop.path('list/list.yaml'), list('a.ts').replace('sigma: 2', 'sigma: 3'));
    await control.until('generation 2', (state) => state.generation.number === 2);
    writeFileSync(shop.path('list/list.yaml'), list('a.ts').replace('sigma: 2', 'sigma: many'));
    const wrong = await control.until('the error', (state) => state.generation.error !== undefined);
    expect(wrong.generation.error).toMatchObject({ file: shop.path('list/list.yaml'), line: 6, column: expect.any(Number) as number });
    writeFileSync(shop.path('list/list.yaml'), list('b.ts'));
    const absent = await control.until('the views file is absent', (state) => state.generation.error?.code === 'VIEWS_NOT_FOUND');
    expect(absent.generation.error).toMatchObject({ file: shop.path('list/list.yaml'), line: 3 });
    writeFileSync(shop.path('list/b.ts'), GOOD.replace('const id =', 'const other ='));
    const there = await control.until('it has come', (state) => state.generation.error === undefined);
    expect(there.views.map(({ id }) => id)).toContain('b/other');
    rmSync(shop.path('list/list.yaml'));
    await control.until('the list is gone', (state) => state.generation.error?.code === 'LIST_NOT_FOUND');
    writeFileSync(shop.path('list/list.yaml'), list('a.ts'));
    const back = await control.until('it is back', (state) => state.generation.error === undefined);
    expect(back.views.map(({ id }) => id)).toContain('a/id');
  });
});
