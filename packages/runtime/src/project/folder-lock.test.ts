import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { FolderLock, type Holder } from './folder-lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'yard-lock-'));
afterAll(() => rmSync(folder, { recursive: true }));
const lock = (name: string): string => join(folder, name);
const take = (file: string): FolderLock => {
  const taken = FolderLock.take(file, 'live views.ts');
  expect(taken).toBeInstanceOf(FolderLock);
  return taken as FolderLock;
};
const write = (file: string, holder: Partial<Holder>): void => writeFileSync(file, JSON.stringify({ host: hostname(), pid: process.pid, what: 'live other.ts', since: 5, ...holder }));

test('one has it, the other is told who; it goes when it is released', () => {
  const file = lock('a');
  const first = take(file);
  expect(FolderLock.take(file, 'demo views.ts')).toMatchObject({ pid: process.pid, what: 'live views.ts', host: hostname() });
  first.release();
  expect(existsSync(file)).toBe(false);
  take(file).release();
});

test('of a process that was killed it is taken over, also when its number is used again', async () => {
  const file = lock('b');
  const script = `const { FolderLock } = await import(${JSON.stringify(fileURLToPath(new URL('./folder-lock.ts', import.meta.url)))});
    FolderLock.take(${JSON.stringify(file)}, 'live views.ts'); console.log('taken'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--conditions=development', '--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const held = JSON.parse(readFileSync(file, 'utf8')) as Holder;
  expect(FolderLock.take(file, 'x')).toMatchObject({ pid: child.pid });
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  const after = take(file);
  after.release();
  // This process has the number now, and started at another time.
  write(file, { pid: process.pid, started: held.started });
  take(file).release();
});

test('of another machine it counts as long as it is touched', () => {
  const file = lock('c');
  write(file, { host: 'another-node', pid: 1 });
  expect(FolderLock.take(file, 'x')).toMatchObject({ host: 'another-node' });
  const long = new Date(Date.now() - 120_000);
  utimesSync(file, long, long);
  take(file).release();
});

test.each(['', '{', 'null', '[]', '{"pid":"1"}', '{"pid":1.5,"host":"x"}'])('one that was half written (%j) is taken over', (text) => {
  const file = lock('d');
  writeFileSync(file, text);
  take(file).release();
});

test('releasing leaves the lock of another alone', () => {
  const file = lock('e');
  const mine = take(file);
  write(file, { pid: 1 });
  mine.release();
  expect(existsSync(file)).toBe(true);
});
