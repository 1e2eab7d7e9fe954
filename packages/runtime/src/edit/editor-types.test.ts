import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { declarations } from './editor-types.ts';
import { declarationOf, typesOfTree } from './path-types.ts';
import { readSnippets } from './snippets.ts';

const folder = mkdtempSync(join(tmpdir(), 'yard-types-'));
afterAll(() => rmSync(folder, { recursive: true }));
const examples = join(import.meta.dirname, '../../../../examples');
const tree = {
  sources: [
    { name: 'SQS/CAM/1:daqOutput', keys: [{ key: 'data.image.pixels', path: 'karabo#SQS/CAM/1:output[data.image.pixels]', dtype: 'uint16', shape: [4, 5] }] },
    { name: 'SQS/MOTOR/1', keys: [
      { key: 'actualPosition.value', path: 'karabo#SQS/MOTOR/1.actualPosition', dtype: 'float64', shape: [] }, { key: 'state', path: 'karabo#SQS/MOTOR/1.state', dtype: 'str', shape: [] },
      { key: 'names', path: 'karabo#SQS/MOTOR/1.names', dtype: 'list', shape: [2] }, { key: 'table', path: 'karabo#SQS/MOTOR/1.table', dtype: "[('a', '<i4')]", shape: [3] },
    ] },
    { name: 'stack', keys: [{ key: 'frame', path: 'stack#frame', dtype: 'float32', shape: [4, 5] }] },
  ],
};

/** What the snippets take. */
const simulated = ([
  ['SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output', 'data.image.pixels', 'uint16', [1024, 1536]], ['SA3_XGM/XGM/DOOCS:output', 'data.intensityTD', 'float32', [100]], ['SQS_ILH_LAS/MOTOR/DELAY', 'actualPosition', 'float64', []],
  ['SQS_SHUTTER/DEV/1', 'isOpen', 'bool', []], ['SPB_DET_AGIPD1M-1/CAL/APPEND_CORRECTED', 'image.data', 'float32', [4, 16, 512, 128]],
] as const).map(([name, key, dtype, shape]) => ({ name, keys: [{ key, path: `karabo#${name}`, dtype, shape }] }));

test('paths of a source tree are typed under every name that a view may write', () => {
  expect(Object.fromEntries(typesOfTree(tree))).toEqual({
    'karabo#SQS/CAM/1:output[data.image.pixels]': 'Image', 'karabo#SQS/CAM/1:daqOutput[data.image.pixels]': 'Image', 'stack#frame': 'Image',
    'karabo#SQS/MOTOR/1.actualPosition': 'number', 'karabo#SQS/MOTOR/1[actualPosition]': 'number', 'karabo#SQS/MOTOR/1.state': 'string', 'karabo#SQS/MOTOR/1[state]': 'string',
    'karabo#SQS/MOTOR/1.names': 'Vector', 'karabo#SQS/MOTOR/1[names]': 'Vector',
  });
});

test('an editor that has only these files checks every snippet and example, and knows the type of each path', () => {
  const files = declarations(folder);
  expect(Object.keys(files)).toEqual(expect.arrayContaining(['core', 'nd', 'kernels', 'geometry', 'statistics', 'smoothing'].flatMap((name) => [`file:///node_modules/@trainyard/${name}/package.json`, `file:///node_modules/@trainyard/${name}/dist/index.d.ts`])));
  expect(Object.values(files).reduce((sum, text) => sum + text.length, 0)).toBeLessThan(1_000_000);
  const snippets = readSnippets(examples);
  expect(snippets.length).toBeGreaterThan(9);
  for (const { title, text } of snippets) expect([title.length > 10, /view/i.test(text)], title).toEqual([true, true]);
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [path, text] of Object.entries(files)) put(path.slice('file:///'.length), text);
  for (const { name, text } of snippets) put(`${name}.ts`, text);
  put('data-paths.d.ts', declarationOf(typesOfTree({ sources: [...tree.sources, ...simulated] }), 'a test'));
  put('wrong.ts', "import { view } from '@trainyard/core';\nexport const a = view.scalar({ at: 'karabo#SQS/MOTOR/1.state' }, ({ at }) => at.nothing);\n");
  put('tsconfig.json', JSON.stringify({ compilerOptions: { target: 'es2024', lib: ['esnext'], module: 'esnext', moduleResolution: 'bundler', strict: true, noEmit: true, skipLibCheck: true, experimentalDecorators: true, allowImportingTsExtensions: true, types: [] } }));
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  let said = '';
  try {
    execFileSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], { cwd: folder, encoding: 'utf8' });
  } catch (error) {
    said = (error as { stdout: string }).stdout;
  }
  // Examples of other instruments name sources that are not in this tree, and are told so; nothing else is wrong with them.
  const others = said.trim().split('\n').filter((line) => !/^[a-z]\S*\.ts\(.*ype '"karabo#.*type 'Input'/.test(line));
  expect(others).toEqual([expect.stringMatching(/^wrong\.ts\(2,.*'nothing' does not exist on type 'string'/)]);
}, 30_000);
