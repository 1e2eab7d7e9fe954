import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { checkLayers } from './check-layers.ts';
import { findCycles } from './find-cycles.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A repository of the given files; every package folder that has no package.json gets one that lists `needs`. */
function tree(files: Record<string, string>, needs: Record<string, readonly string[]> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'layers-'));
  folders.push(folder);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const place of new Set([...Object.keys(files).map((path) => path.split('/').slice(0, 2).join('/')), ...Object.keys(needs)])) {
    const dependencies = Object.fromEntries((needs[place] ?? []).map((name) => [name, '0.1.0']));
    write(`${place}/package.json`, JSON.stringify({ name: `@trainyard/${place.split('/')[1]}`, version: '0.1.0', dependencies }, undefined, 2));
  }
  for (const [path, text] of Object.entries(files)) write(path, text);
  return folder;
}
const said = (folder: string): string[] => checkLayers(folder).map(({ where, message }) => `${where}: ${message}`);

describe('the layer check', () => {
  it('passes this repository', () => {
    expect(checkLayers()).toEqual([]);
  });

  it('refuses an arrow that points the wrong way, and says which are allowed', () => {
    const folder = tree({ 'packages/nd/src/index.ts': 'export const a = 1;\n', 'packages/core/src/index.ts': "export * from '@trainyard/nd';\n\nexport { b } from '@trainyard/runtime';\n", 'packages/runtime/src/index.ts': 'export const b = 2;\n' }, { 'packages/core': ['@trainyard/nd'] });
    expect(said(folder)).toEqual(['packages/core/src/index.ts:3: @trainyard/core may not import @trainyard/runtime: this arrow points the wrong way. It may import @trainyard/nd.']);
  });

  it('refuses it as a type, as a lazy import and in package.json', () => {
    const folder = tree({ 'packages/core/src/index.ts': "import type { B } from '@trainyard/runtime';\nexport const c = (): Promise<B> => import('@trainyard/runtime');\n", 'packages/runtime/src/index.ts': 'export type B = 2;\n' }, { 'packages/core': ['@trainyard/runtime'] });
    expect(said(folder).map((text) => text.split(': ')[0])).toEqual(['packages/core/package.json:5', 'packages/core/src/index.ts:1', 'packages/core/src/index.ts:2']);
  });

  it('keeps packs from packs, from the runtime, and everything from apps', () => {
    const folder = tree({
      'plugins/roi/src/index.ts': "import '@trainyard/smoothing';\nimport '@trainyard/runtime';\nimport '@trainyard/core';\n",
      'plugins/smoothing/src/index.ts': 'export {};\n',
      'packages/runtime/src/index.ts': "import '@trainyard/viewer';\n",
      'packages/core/src/index.ts': 'export {};\n',
      'apps/viewer/src/main.tsx': 'export {};\n',
      'apps/cli/src/main.ts': "import '@trainyard/viewer';\n",
    }, { 'plugins/roi': ['@trainyard/core'], 'apps/cli': ['@trainyard/viewer'] });
    expect(said(folder)).toEqual([
      expect.stringMatching(/^packages\/runtime\/src\/index\.ts:1: .*may not import @trainyard\/viewer: nothing imports an app/),
      expect.stringMatching(/^plugins\/roi\/src\/index\.ts:1: .*may not import @trainyard\/smoothing: packs never import packs\. It may import @trainyard\/core/),
      expect.stringMatching(/^plugins\/roi\/src\/index\.ts:2: .*may not import @trainyard\/runtime: this arrow points the wrong way/),
    ]);
  });

  it('keeps Node out of what a browser loads, except in tests', () => {
    const folder = tree({
      'packages/core/src/index.ts': "import { readFileSync } from 'node:fs';\nexport const home = process.env['HOME'];\nexport const data = Buffer.from(readFileSync('x'));\n",
      'packages/core/src/fine.ts': 'export const way = { process: 1 }.process;\nexport function run(process: () => void): void {}\n// a process\n',
      'packages/core/src/index.test.ts': "import 'node:fs';\nprocess.exit();\n",
      'packages/hdf5/src/index.ts': "import 'node:fs';\nprocess.cwd();\n",
    });
    expect(said(folder)).toEqual([
      expect.stringMatching(/^packages\/core\/src\/index\.ts:1: .*"node:fs" is only for tests/),
      'packages/core/src/index.ts:2: @trainyard/core runs in browsers, too: "process" is Node\'s.',
      'packages/core/src/index.ts:3: @trainyard/core runs in browsers, too: "Buffer" is Node\'s.',
    ]);
  });

  it('wants what is imported listed, a known package, and no way around by a relative path', () => {
    const folder = tree({ 'packages/core/src/index.ts': "import 'yaml';\nimport '@trainyard/nowhere';\nimport '../../nd/src/index.ts';\nimport '@trainyard/nd';\n", 'packages/nd/src/index.ts': 'export {};\n', 'packages/surprise/src/index.ts': 'export {};\n' });
    expect(said(folder)).toEqual([
      'packages/core/src/index.ts:1: @trainyard/core imports "yaml" but its package.json does not list it under "dependencies".',
      'packages/core/src/index.ts:2: There is no package @trainyard/nowhere in this repository.',
      'packages/core/src/index.ts:3: "../../nd/src/index.ts" leaves the package: import the other package by its name.',
      'packages/core/src/index.ts:4: @trainyard/core imports "@trainyard/nd" but its package.json does not list it under "dependencies".',
      'packages/surprise/package.json:1: @trainyard/surprise is in no layer: add it to the table in tools/check-layers.ts.',
    ]);
  });

  it('finds circles of files (not of types only) and of packages', () => {
    const folder = tree({
      'packages/hdf5/src/a.ts': "import { b } from './b.ts';\nexport const a = b;\nexport type A = 1;\n",
      'packages/hdf5/src/b.ts': "import { c } from './c.ts';\nexport const b = c;\n",
      'packages/hdf5/src/c.ts': "export { a as c } from './a.ts';\n",
      'packages/hdf5/src/d.ts': "import type { A } from './a.ts';\nimport { e } from './e.ts';\nexport const d: A = e;\n",
      'packages/hdf5/src/e.ts': "import type { d } from './d.ts';\nexport const e = 1 as typeof d;\n",
      'packages/exdf/src/index.ts': 'export {};\n',
      'packages/stack/src/index.ts': 'export {};\n',
    }, { 'packages/exdf': ['@trainyard/stack'], 'packages/stack': ['@trainyard/exdf'] });
    const messages = said(folder);
    expect(messages).toContainEqual(expect.stringContaining('packages/hdf5/src/a.ts:1: These files import each other in a circle: src/a.ts -> src/b.ts -> src/c.ts -> src/a.ts.'));
    expect(messages).toContainEqual(expect.stringContaining('These packages need each other in a circle: @trainyard/exdf -> @trainyard/stack -> @trainyard/exdf.'));
    expect(messages.filter((text) => text.includes('circle'))).toHaveLength(2);
  });
});

it('findCycles gives a shortest circle of every knot, and none for a tree', () => {
  const graph = (arrows: Record<string, string>): Map<string, Set<string>> => new Map(Object.entries(arrows).map(([from, to]) => [from, new Set(to)]));
  expect(findCycles(graph({ a: 'bc', b: 'd', c: 'd', d: '' }))).toEqual([]);
  expect(findCycles(graph({ a: 'bc', b: 'c', c: 'a', x: 'x', y: 'z' }))).toEqual(expect.arrayContaining([['a', 'c'], ['x']]));
});
