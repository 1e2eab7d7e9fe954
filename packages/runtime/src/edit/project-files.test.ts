import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FILE_LIMIT, ProjectFiles } from './project-files.ts';

let parent: string;
let files: ProjectFiles;
let before: readonly string[];
const at = (path: string): string => join(parent, 'night', path);
beforeEach(() => {
  parent = realpathSync(mkdtempSync(join(tmpdir(), 'yard-files-')));
  for (const folder of ['night/sub', 'night/.git', 'night/node_modules/a', 'outside']) mkdirSync(join(parent, folder), { recursive: true });
  for (const path of ['night/views.ts', 'night/sub/tools.py', 'night/sub/list.yaml', 'night/data.h5', 'night/notes.md', 'night/.hidden.ts', 'night/.git/hook.ts', 'night/node_modules/a/index.js', 'outside/secret.ts']) writeFileSync(join(parent, path), `// ${path}\n`);
  symlinkSync('../outside/secret.ts', at('leak.ts'));
  symlinkSync('../outside', at('leaks'));
  symlinkSync('.git/hook.ts', at('hook.ts'));
  symlinkSync('nowhere.ts', at('dangling.ts'));
  symlinkSync('sub/list.yaml', at('same.yaml'));
  symlinkSync('sub', at('inner'));
  symlinkSync('.git', at('into'));
  symlinkSync('gone', at('empty'));
  before = readdirSync(at(''));
  files = new ProjectFiles(join(parent, 'night'));
});
afterEach(() => rmSync(parent, { recursive: true }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('files of a folder', () => {
  test('are the code in it, and nothing that a link brings from elsewhere', async () => {
    expect(await files.list(new Set([at('views.ts'), at('sub/list.yaml')]))).toEqual([
      { path: 'same.yaml', bytes: 23, used: true }, { path: 'sub/list.yaml', bytes: 23, used: true }, { path: 'sub/tools.py', bytes: 22, used: false }, { path: 'views.ts', bytes: 18, used: true },
    ]);
  });

  test('are so many at most, also in a large folder', async () => {
    for (let i = 0; i < 1005; i++) writeFileSync(at(`f${i}.ts`), '');
    expect((await files.list(new Set())).length).toBe(1000);
  });

  test('are read, saved over what was read, and made', async () => {
    const { text, hash } = await files.read('views.ts');
    expect(text).toBe('// night/views.ts\n');
    const next = await files.write('views.ts', bytes('// µ\r\n'), hash);
    expect([readFileSync(at('views.ts'), 'utf8'), (await files.read('views.ts')).hash]).toEqual(['// µ\r\n', next]);
    await files.write('sub/new.ts', bytes(''), undefined);
    expect(statSync(at('sub/new.ts')).size).toBe(0);
    const { hash: ofLink } = await files.read('same.yaml');
    await files.write('same.yaml', bytes('a: 1\n'), ofLink);
    expect(readFileSync(at('sub/list.yaml'), 'utf8')).toBe('a: 1\n');
  });

  test('are made with their folders, also below a link that stays inside; not deeper than they are shown', async () => {
    await files.write('a/b/new.ts', bytes('// new\n'), undefined);
    await files.write('a/b/c/other.ts', bytes(''), undefined);
    await files.write('inner/deep/new.py', bytes(''), undefined);
    expect([readFileSync(at('a/b/new.ts'), 'utf8'), existsSync(at('sub/deep/new.py'))]).toEqual(['// new\n', true]);
    await files.write('1/2/3/4/5/x.ts', bytes(''), undefined);
    await expect(files.write('1/2/3/4/5/6/x.ts', bytes(''), undefined)).rejects.toMatchObject({ code: 'PATH', message: expect.stringContaining('too deep') as string });
    expect(existsSync(at('1/2/3/4/5/6'))).toBe(false);
    expect((await files.list(new Set())).map(({ path }) => path)).toEqual(expect.arrayContaining(['1/2/3/4/5/x.ts', 'a/b/new.ts', 'a/b/c/other.ts', 'sub/deep/new.py']));
    await expect(files.write('fresh/x.ts', Uint8Array.of(0xe9), undefined)).rejects.toMatchObject({ code: 'NOT_TEXT' });
    await expect(files.write('fresh/x.ts', bytes(''), 'a hash')).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(existsSync(at('fresh'))).toBe(false);
  });

  test('are not saved over what somebody else has written', async () => {
    const { hash } = await files.read('views.ts');
    writeFileSync(at('views.ts'), '// theirs\n');
    await expect(files.write('views.ts', bytes('// mine\n'), hash)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(files.write('views.ts', bytes('// mine\n'), undefined)).rejects.toMatchObject({ code: 'CONFLICT' });
    rmSync(at('views.ts'));
    await expect(files.write('views.ts', bytes('// mine\n'), hash)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(existsSync(at('views.ts'))).toBe(false);
  });

  test('of two who save at once what both have read, one is told so', async () => {
    const { hash } = await files.read('views.ts');
    const saves = await Promise.allSettled(Array.from({ length: 5 }, (_, i) => files.write('views.ts', bytes(`// ${i}\n`), hash)));
    expect(saves.map((one) => (one.status === 'fulfilled' ? 'saved' : (one.reason as { code: string }).code)).sort()).toEqual(['CONFLICT', 'CONFLICT', 'CONFLICT', 'CONFLICT', 'saved']);
    expect(readFileSync(at('views.ts'), 'utf8')).toBe('// 0\n');
  });

  test.each([
    ['../outside/secret.ts', 'PATH'], ['sub/../../outside/secret.ts', 'PATH'], ['/etc/x.ts', 'PATH'], ['sub//tools.py', 'PATH'], ['./views.ts', 'PATH'], ['sub\\tools.py', 'PATH'], ['views.ts\0.ts', 'PATH'], ['', 'PATH'],
    ['.hidden.ts', 'PATH'], ['.git/hook.ts', 'PATH'], ['node_modules/a/index.js', 'PATH'], ['data.h5', 'PATH'], ['notes.md', 'PATH'], [`${'a'.repeat(300)}.ts`, 'PATH'],
    ['leak.ts', 'PATH'], ['leaks/secret.ts', 'PATH'], ['leaks/new.ts', 'PATH'], ['hook.ts', 'PATH'], ['dangling.ts', 'PATH'], ['views.ts/new.ts', 'NOT_FOUND'], ['views.ts/a/new.ts', 'NOT_FOUND'],
    ['new/../../outside/new/x.ts', 'PATH'], ['../new/x.ts', 'PATH'], ['new/.dot/x.ts', 'PATH'], ['.new/x.ts', 'PATH'], ['new/node_modules/x.ts', 'PATH'], ['new/x.txt', 'PATH'], ['leaks/new/x.ts', 'PATH'], ['leaks/new/deep/x.ts', 'PATH'], ['empty/new/x.ts', 'NOT_FOUND'], ['into/new/x.ts', 'PATH'],
  ])('%j is neither read nor written', async (path, code) => {
    await expect(files.read(path)).rejects.toMatchObject({ code });
    await expect(files.write(path, bytes('// gotcha\n'), undefined)).rejects.toMatchObject({ code });
    expect(readFileSync(join(parent, 'outside/secret.ts'), 'utf8')).toBe('// outside/secret.ts\n');
    // Nor is a folder made.
    expect(readdirSync(join(parent, 'outside'))).toEqual(['secret.ts']);
    expect([readdirSync(parent).sort(), readdirSync(at('.git')), readdirSync(at('')).filter((name) => !before.includes(name))]).toEqual([['night', 'outside'], ['hook.ts'], []]);
  });

  test('are text, of a bounded size', async () => {
    writeFileSync(at('big.ts'), 'x'.repeat(FILE_LIMIT + 1));
    writeFileSync(at('latin.ts'), Uint8Array.of(0xe9));
    await expect(files.read('big.ts')).rejects.toMatchObject({ code: 'TOO_LARGE' });
    await expect(files.read('latin.ts')).rejects.toMatchObject({ code: 'NOT_TEXT' });
    await expect(files.write('a.ts', new Uint8Array(FILE_LIMIT + 1), undefined)).rejects.toMatchObject({ code: 'TOO_LARGE' });
    await expect(files.write('a.ts', Uint8Array.of(0xe9), undefined)).rejects.toMatchObject({ code: 'NOT_TEXT' });
    const listed = await files.list(new Set());
    expect(listed.find(({ path }) => path === 'big.ts')).toEqual({ path: 'big.ts', bytes: FILE_LIMIT + 1, used: false, tooLarge: true });
    expect(listed.filter(({ tooLarge }) => tooLarge)).toHaveLength(1);
  });
});
