import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { KeptFiles } from './kept-files.ts';
import { ProjectFolder } from './project-folder.ts';

const base = mkdtempSync(join(tmpdir(), 'yard-kept-'));
afterAll(() => rmSync(base, { recursive: true }));
const limits = { files: 3, bytes: 100, memoryBytes: 50 };
const text = async (files: KeptFiles, name: string): Promise<string | undefined> => (await files.read(name))?.toString();

describe.each([['a folder', 'folder'], ['memory', 'memory']] as const)('kept in %s', (_, where) => {
  const open = (name: string): KeptFiles => new KeptFiles(where === 'folder' ? join(base, name) : undefined, limits);

  it('the last one of a name counts; others stay', async () => {
    const files = open('last');
    expect(await files.list()).toEqual([]);
    expect(await files.read('b')).toBeUndefined();
    await Promise.all([files.write('b', Buffer.from('one')), files.write('a', Buffer.from('two')), files.write('b', Buffer.from('three'))]);
    expect((await files.list()).map(({ name, bytes }) => [name, bytes])).toEqual([['a', 3], ['b', 5]]);
    expect(await text(files, 'b')).toBe('three');
    expect(await files.remove('b')).toBe(true);
    expect(await files.remove('b')).toBe(false);
    expect(await text(files, 'a')).toBe('two');
    expect(files.where.kept).toBe(where);
  });

  it('no more than so many, and no larger together; an old one can still be replaced', async () => {
    const files = open('many');
    const most = where === 'folder' ? limits.bytes : limits.memoryBytes;
    const tried = await Promise.all(Array.from({ length: 6 }, (_, i) => files.write(`${i}`, Buffer.alloc(1)).then(() => 'kept', (error: { code: string }) => error.code)));
    expect(tried).toEqual(['kept', 'kept', 'kept', 'FULL', 'FULL', 'FULL']);
    await files.write('1', Buffer.alloc(most - 2));
    await expect(files.write('1', Buffer.alloc(most - 1))).rejects.toThrow(/remove some/);
    expect((await files.read('1'))!.length).toBe(most - 2);
  });
});

it('what a crash left half written is not listed, and a folder that cannot be made is said', async () => {
  const files = new KeptFiles(join(base, 'crash'), limits);
  await files.write('a', Buffer.from('x'));
  writeFileSync(join(base, 'crash', '.0123.new'), 'half');
  expect((await files.list()).map(({ name }) => name)).toEqual(['a']);
  await expect(new KeptFiles(join(base, 'crash', 'a'), limits).write('b', Buffer.from('x'))).rejects.toThrow(/cannot be kept in/);
  expect(readdirSync(join(base, 'crash')).sort()).toEqual(['.0123.new', 'a']);
});

it('a yard that has not claimed the folder, or not in time, has none', async () => {
  const folder = mkdtempSync(join(base, 'project-'));
  const [one, other] = [new ProjectFolder(folder, 'views.ts'), new ProjectFolder(folder, 'views.ts')];
  expect(one.keptFolder('layouts')).toBeUndefined();
  expect(existsSync(join(folder, '.trainyard'))).toBe(false);
  one.claim('live');
  other.claim('live');
  expect(one.keptFolder('layouts')).toBe(join(folder, '.trainyard', 'state', 'views.ts', 'layouts'));
  expect(other.keptFolder('layouts')).toBeUndefined();
  // Who looks at recorded data with the same list claims another state, and has the same layouts.
  const looking = new ProjectFolder(folder, 'views.ts', true);
  expect(looking.claim('live')).toBeUndefined();
  expect(looking.keptFolder('layouts')).toBe(one.keptFolder('layouts'));
  await Promise.all([one.close(), looking.close()]);
});
