import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execFileSync } from 'node:child_process';
import { afterAll, expect, test } from 'vitest';
import { placeOfLoadError } from './place-of-load-error.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'yard-place-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

/** What Node itself says of a module that does not load. */
function messageOf(name: string): string {
  return execFileSync(process.execPath, ['--input-type=module', '-e', `await import(${JSON.stringify(pathToFileURL(at(name)).href)}).catch((error) => console.log(error.message))`], { encoding: 'utf8' }).trim();
}

test.each([
  ['a syntax error in what is imported', { 'a.js': "import './b.js';", 'b.js': 'const ok = 1;\nconst x = ;' }, 'b.js', 2, 11],
  ['a syntax error in TypeScript', { 'a.ts': 'export const x: number = = 1;' }, 'a.ts', 1, 26],
  ['a file that is not there', { 'a.js': "const x = 1;\nimport { y } from './sub/absent.js';" }, 'a.js', 2, 19],
  ['a file that is not there, imported later', { 'a.js': "const x = 1;\nawait import('./absent.js');" }, 'a.js', 2, 14],
  ['a package that is not there', { 'a.js': "import './b.js';", 'b.js': "\n\nexport * from 'no-such-package';" }, 'b.js', 3, 15],
  ['a name that is not exported', { 'a.js': "import { there, nope } from './b.js';", 'b.js': 'export const there = 1;' }, 'a.js', 1, 17],
  ['a default that is not exported', { 'a.js': "import what from './b.js';", 'b.js': 'export const there = 1;' }, 'a.js', 1, 8],
  ['JSON that is none', { 'a.js': "import j from './j.json' with { type: 'json' };", 'j.json': '{\n  "a": }' }, 'j.json', 2, 8],
])('%s', (_, files, file, line, column) => {
  for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text);
  const message = messageOf(Object.keys(files)[0]!);
  expect(message).not.toBe('');
  expect(placeOfLoadError(message, Object.keys(files).map(at))).toEqual({ file: at(file), line, column });
});

test('an error that none of the files explains has no place', () => {
  writeFileSync(at('good.js'), 'export const x = 1;');
  expect(placeOfLoadError('no licence', [at('good.js'), at('gone.js')])).toBeUndefined();
});
