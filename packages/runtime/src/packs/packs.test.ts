import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findPacks } from './find-packs.ts';
import { loadInstalled } from './load-specs.ts';

let folder: string;
let store: string;
const before = process.env['TRAINYARD_PACKS'];
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'yard-packs-')));
  store = join(folder, 'store');
  process.env['TRAINYARD_PACKS'] = store;
});
afterEach(() => {
  if (before === undefined) delete process.env['TRAINYARD_PACKS'];
  else process.env['TRAINYARD_PACKS'] = before;
  rmSync(folder, { recursive: true, force: true });
});

const spec = (id: string): string => `{ id: '${id}', version: '1.0.0', title: 'T', does: 'd', parameters: {}, inputs: {}, outputs: { main: { kind: 'scalar', does: 'x' } }, load: async () => ({ build: () => ({}) }) }`;

/** A package in the store; `code` is the module of its specs. */
function pack(name: string, code: string, { at = store, manifest = JSON.stringify({ name, version: '2.3.4', type: 'module', trainyard: { plugins: './plugins.js' } }) } = {}): string {
  const root = join(at, 'node_modules', name);
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'package.json'), manifest);
  writeFileSync(join(root, 'plugins.js'), code);
  return root;
}
const others = <T extends { readonly own: boolean }>(packs: readonly T[]): T[] => packs.filter((one) => !one.own);

test("this installation's packs come first, and load", async () => {
  const { packs, specs, registry } = await loadInstalled(folder);
  expect(packs.every(({ own, error }) => own && error === undefined)).toBe(true);
  expect(packs.map(({ name }) => name)).toContain('@trainyard/smoothing');
  expect(specs.get('smoothing/gaussian')).toMatchObject({ outputs: expect.anything(), pack: { name: '@trainyard/smoothing' } });
  expect(registry.plugins().length).toBe(specs.size);
});

test('a pack of the store, scoped or not, linked or not; the folder of the list wins over the store', () => {
  pack('good', '');
  pack('@beamline/pack', '');
  pack('both', '');
  const near = pack('both', '', { at: folder });
  const linked = join(folder, 'elsewhere');
  mkdirSync(linked);
  writeFileSync(join(linked, 'package.json'), JSON.stringify({ name: 'linked', version: '0.1.0', trainyard: { plugins: 'index.js' } }));
  symlinkSync(linked, join(store, 'node_modules', 'linked'));
  symlinkSync(join(folder, 'gone'), join(store, 'node_modules', 'dangling'));
  writeFileSync(join(store, 'node_modules', '@file'), 'no folder');
  mkdirSync(join(store, 'node_modules', '.bin'));
  pack('other', '', { manifest: '{ "name": "other", "version": "1.0.0" }' });
  pack('keyword', '', { manifest: '{ "name": "keyword", "keywords": ["trainyard"] }' });
  expect(others(findPacks(folder)).map(({ name, version, folder: at }) => [name, version, at])).toEqual([
    ['@beamline/pack', '2.3.4', join(store, 'node_modules', '@beamline/pack')], ['both', '2.3.4', near], ['good', '2.3.4', join(store, 'node_modules', 'good')], ['linked', '0.1.0', linked],
  ]);
});

test('a broken pack is an entry with its error; the good ones beside it load', async () => {
  pack('a-good', `import { definePlugin } from '@trainyard/core';\nexport const plugins = [definePlugin(${spec('a-good/one')})];`);
  pack('b-throws', `throw new Error('no licence\\nsecond line');`);
  pack('c-syntax', 'export const = 1;');
  pack('d-nothing', 'export const plugin = [];');
  pack('e-spec', `export const plugins = [{ id: 'e-spec/one', version: '1.0.0' }];`);
  pack('f-import', `import 'a-package-that-is-not-there';\nexport const plugins = [];`);
  pack('g-exits', 'process.exit(3);');
  pack('h-hangs', 'await new Promise(() => setInterval(() => undefined, 1000));');
  pack('i-loops', 'for (;;);');
  pack('j-never', 'await new Promise(() => undefined);');
  pack('k-manifest', '', { manifest: '{ "trainyard": ' });
  pack('l-plugins', '', { manifest: '{ "name": "l-plugins", "trainyard": { "plugins": 5 } }' });
  pack('m-absent', '', { manifest: '{ "name": "m-absent", "version": "1.0.0", "trainyard": { "plugins": "./nowhere.js" } }' });
  pack('n-twice', `export const plugins = [${spec('n-twice/one')}, ${spec('n-twice/one')}];`);
  pack('o-steals', `export const plugins = [${spec('smoothing/gaussian')}];`);
  pack('p-good', `export const plugins = [${spec('p-good/one')}];`);
  const { packs, specs, registry, packFolders } = await loadInstalled(folder, 1500);
  expect(others(packs).map(({ name, error, plugins }) => [name, error ?? plugins.join()])).toEqual([
    ['a-good', 'a-good/one'],
    ['b-throws', 'no licence'],
    ['c-syntax', expect.stringMatching(/Unexpected token/)],
    ['d-nothing', expect.stringContaining('exports no list called "plugins"')],
    ['e-spec', expect.stringContaining('e-spec/one')],
    ['f-import', expect.stringContaining('a-package-that-is-not-there')],
    ['g-exits', 'it ended the thread that loads its specs'],
    ['h-hangs', 'its specs did not load within 1.5 s'],
    ['i-loops', 'its specs did not load within 1.5 s'],
    ['j-never', expect.stringMatching(/ended the thread|did not load/)],
    ['k-manifest', expect.stringContaining('its package.json is no JSON')],
    ['l-plugins', expect.stringContaining('must name the module')],
    ['m-absent', expect.stringContaining('nowhere.js')],
    ['n-twice', 'the plugin n-twice/one is already brought by itself'],
    ['o-steals', 'the plugin smoothing/gaussian is already brought by @trainyard/smoothing'],
    ['p-good', 'p-good/one'],
  ]);
  expect(specs.get('p-good/one')!.pack.folder).toBe(packFolders['p-good']);
  expect(specs.get('smoothing/gaussian')!.pack.own).toBe(true);
  expect(registry.packs().find(({ name }) => name === 'b-throws')!.error).toBe('no licence');
  expect(dirname(packFolders['a-good']!)).toBe(join(store, 'node_modules'));
}, 60_000);
