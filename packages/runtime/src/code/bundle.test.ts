import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BundleError, bundleViews } from './bundle.ts';

let folder: string;
let out: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'yard-bundle-')));
  out = join(folder, 'out of sight');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}
const failure = (file: string): Promise<BundleError> => bundleViews(file, out).then(() => expect.unreachable('it compiled'), (error: BundleError) => error);
const load = async (file: string): Promise<Record<string, any>> => (await import((await bundleViews(file, out)).url)) as Record<string, any>;

test('a folder with spaces, without node_modules or tsconfig; local imports and JSON', async () => {
  const helper = write('sub dir/helper.ts', `import data from './gains.json';\nexport const gain = (x: number): number => x * data.gain;\nexport type Unused = string;`);
  const json = write('sub dir/gains.json', '{ "gain": 3 }');
  const file = write('my views.ts', `import { gain, type Unused } from './sub dir/helper';\nexport const a = (x: Unused | number) => gain(Number(x));\nexport enum Mode { A = 4 }`);
  const { files, url } = await bundleViews(file, out);
  expect([...files].sort()).toEqual([file, helper, json].sort());
  const module = (await import(url)) as { a(x: number): number; Mode: { A: number } };
  expect([module.a(2), module.Mode.A]).toEqual([6, 4]);
});

test('a file that throws in the middle throws its own error', async () => {
  await expect(load(write('views.ts', `throw new Error('no detector');\nexport const a = 1;`))).rejects.toThrow('no detector');
  await expect(load(write('ends.ts', `if (true) { throw new Error('no motor'); }\nconst a = 1;\nexport { a };`))).rejects.toThrow('no motor');
});

test('a broken tsconfig beside it does not matter', async () => {
  write('tsconfig.json', '{ "extends": "./nowhere.json", "compilerOptions": { "experimentalDecorators": false } }');
  expect((await load(write('views.ts', 'export const a = 1;')))['a']).toBe(1);
});

test('decorators of classes, fields, methods and parameters', async () => {
  const { seen } = await load(write('views.ts', `
export const seen: unknown[] = [];
const note = (...what: unknown[]) => (...at: unknown[]) => void seen.push([...what, at[1], typeof at[2]]);
class Base { @note('field') x = 1; }
export class Tool extends Base {
  declare y: number;
  @note('method') run(@note('parameter') camera: number) { return camera; }
}`));
  expect(seen).toEqual([['field', 'x', 'undefined'], ['parameter', 'run', 'number'], ['method', 'run', 'object']]);
});

test('our own packages stay outside', async () => {
  const { url } = await bundleViews(write('views.ts', `import { view } from '@trainyard/core';\nimport { join } from 'node:path';\nexport const a = [view, join];`), out);
  const text = readFileSync(new URL(url), 'utf8');
  expect(text).toMatch(/from "@trainyard\/core"/);
  expect(text.length).toBeLessThan(5000);
});

test('two files of one name do not overwrite each other', async () => {
  const [a, b] = [write('a/views.ts', 'export const n = 1;'), write('b/views.ts', 'export const n = 2;')];
  const urls = [(await bundleViews(a, out)).url, (await bundleViews(b, out)).url];
  expect(await Promise.all(urls.map(async (url) => ((await import(url)) as { n: number }).n))).toEqual([1, 2]);
});

test.each<[string, string, number, number]>([
  ['a missing bracket', 'export const a = 1;\nexport const b = view.image({ x: 1 ;\n', 2, 36],
  ['an unended text', "const a = 1;\n\n  const b = 'x;\n", 3, 13],
  ['a word that is none', 'const a = 1;\nconst 5b = 2;', 2, 7],
])('%s: the user\'s line and column', async (_, text, line, column) => {
  const file = write('views.ts', text);
  const error = await failure(file);
  expect(error).toBeInstanceOf(BundleError);
  expect(error).toMatchObject({ code: 'VIEWS_COMPILE', where: { file, line }, files: [file] });
  expect(Math.abs(error.where.column! - column)).toBeLessThanOrEqual(1);
  expect(error.message).not.toMatch(/rolldown|^\[/i);
  expect(error.message).not.toContain(String.fromCodePoint(27));
});

test('an error in an imported file is said there; both files are watched', async () => {
  const helper = write('helper.ts', 'export const a = 1;\nexport const b = = 2;\n');
  const file = write('views.ts', `import { a } from './helper.ts';\nexport const c = a;`);
  const error = await failure(file);
  expect(error.where).toMatchObject({ file: helper, line: 2 });
  expect([...error.files].sort()).toEqual([file, helper].sort());
});

test('an import of nothing: its line, and the absent file is watched', async () => {
  const file = write('views.ts', `const a = 1;\nimport { b } from './gone.ts';\nexport const c = [a, b];`);
  const error = await failure(file);
  expect(error.message).toMatch(/resolve.*gone/);
  expect(error.where).toMatchObject({ file, line: 2 });
  expect(error.files).toContain(join(folder, 'gone.ts'));
});

test('a name that an imported file does not export', async () => {
  write('helper.ts', 'export const a = 1;');
  const error = await failure(write('views.ts', `import { b } from './helper.ts';\nexport const c = b;`));
  expect(error.message).toMatch(/"?b"?.*helper/);
  expect(error.where.line).toBe(1);
});

test('JSON that is none', async () => {
  write('gains.json', '{ "gain": }');
  const error = await failure(write('views.ts', `import data from './gains.json';\nexport const a = data;`));
  expect(error).toBeInstanceOf(BundleError);
  expect(error.where.file).toContain('gains.json');
});

test('no such file', async () => {
  expect(await failure(join(folder, 'nowhere.ts'))).toMatchObject({ code: 'VIEWS_COMPILE', where: { file: join(folder, 'nowhere.ts') } });
});

test('a huge file', async () => {
  const { last } = await load(write('views.ts', `${Array.from({ length: 20_000 }, (_, i) => `export const v${i} = (x: number): number => x + ${i};`).join('\n')}\nexport const last = v19999(1);`));
  expect(last).toBe(20_000);
});

test('source maps name the user\'s line at run time', async () => {
  const helper = write('sub/helper.ts', `type A = number;\n\nexport function thrower(x: A): never {\n  throw new Error(\`bad \${x}\`);\n}\n`);
  const file = write('views.ts', `import { thrower } from './sub/helper.ts';\ninterface B { x: number }\n\n/* a long\n comment */\nexport const run = (b: B) => thrower(b.x);\n`);
  const { url } = await bundleViews(file, out);
  const script = `process.setSourceMapsEnabled(true); import(${JSON.stringify(url)}).then((m) => { try { m.run({ x: 3 }); } catch (error) { console.log(error.stack); } });`;
  const stack = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  expect(stack).toContain('bad 3');
  expect(stack).toContain(`${helper.replaceAll(' ', '%20')}:4:`);
  expect(stack).toContain(`${file.replaceAll(' ', '%20')}:6:`);
});
