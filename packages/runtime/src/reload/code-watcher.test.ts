import { appendFileSync, closeSync, mkdirSync, mkdtempSync, openSync, realpathSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CodeWatcher } from './code-watcher.ts';
import { namesOn } from './names-on-path.ts';

let folder: string;
let watcher: CodeWatcher;
let saves: (readonly string[])[];
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'yard-watch-')));
  saves = [];
  watcher = new CodeWatcher((files) => saves.push(files));
});
afterEach(() => {
  watcher.close();
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string): string => join(folder, name);
function write(name: string, text: string): string {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
  return at(name);
}

/** Waits for a save to be told, and that it is told once. */
async function told(file: string, withinMs = 1500): Promise<void> {
  const until = Date.now() + withinMs;
  while (saves.length === 0 && Date.now() < until) await wait(5);
  await wait(60);
  expect(saves).toEqual([[file]]);
  saves = [];
}
async function quiet(ms = 100): Promise<void> {
  await wait(ms);
  expect(saves).toEqual([]);
}

test('a save in place, by an atomic rename, of a file that goes and comes back', async () => {
  const file = write('views.ts', 'one');
  watcher.files([file]);
  await quiet();
  writeFileSync(file, 'two');
  await told(file);
  for (let i = 0; i < 3; i++) {
    writeFileSync(at('.views.ts.swp'), `${i}`);
    renameSync(at('.views.ts.swp'), file);
    await told(file);
  }
  // As vim does it with backups: moved away, then written anew.
  renameSync(file, `${file}~`);
  writeFileSync(file, 'three');
  await told(file);
  rmSync(file);
  await told(file);
  await quiet();
  writeFileSync(file, 'four');
  await told(file);
});

test('an editor that truncates and writes in pieces makes one save; another file beside it makes none', async () => {
  const file = write('views.ts', 'one');
  watcher.files([file]);
  await quiet();
  const out = openSync(file, 'w');
  for (let i = 0; i < 20; i++) writeSync(out, `piece ${i}\n`);
  closeSync(out);
  await told(file);
  for (let i = 0; i < 20; i++) appendFileSync(at('out.h5'), 'data');
  write('views.ts.tmp', 'x');
  await quiet();
});

test('a file that is emptied and written a little later makes one save; one that stays empty makes one, too', async () => {
  const file = write('views.ts', 'one');
  watcher.files([file]);
  await quiet();
  // On a busy machine the second step may come too late to be the same save: then again.
  for (let late = true; late; ) {
    saves = [];
    const began = performance.now();
    const out = openSync(file, 'w');
    await wait(30);
    writeSync(out, 'two');
    closeSync(out);
    late = performance.now() - began > 50;
    if (late) await wait(300);
  }
  await told(file);
  write('views.ts', '');
  await told(file);
});

test('a file written without end is told of while it is written', async () => {
  const file = write('views.ts', 'one');
  watcher.files([file]);
  await quiet();
  const until = Date.now() + 400;
  while (Date.now() < until) {
    appendFileSync(file, 'x');
    await wait(1);
  }
  expect(saves.length).toBeGreaterThan(1);
});

test('a file and a folder that are not there yet', async () => {
  const file = at('sub/deep/helper.ts');
  watcher.files([file]);
  await quiet();
  mkdirSync(at('sub'));
  await told(file);
  mkdirSync(at('sub/deep'));
  await told(file);
  writeFileSync(file, 'here');
  await told(file);
});

test('the folder is removed and comes back, as when a branch is checked out', async () => {
  const file = write('project/views.ts', 'one');
  watcher.files([file]);
  await quiet();
  rmSync(at('project'), { recursive: true });
  await told(file);
  write('project/views.ts', 'two');
  await told(file);
  writeFileSync(file, 'three');
  await told(file);
  renameSync(at('project'), at('old'));
  write('project/views.ts', 'four');
  await told(file);
  writeFileSync(file, 'five');
  await told(file);
});

test('symbolic links: of the file, of a folder on the way, and a link that is swapped as a whole (`..data`)', async () => {
  write('2024_1/views.ts', 'one');
  write('2024_2/views.ts', 'two');
  symlinkSync('2024_1', at('..data'));
  symlinkSync('..data/views.ts', at('views.ts'));
  const file = at('views.ts');
  watcher.files([file]);
  await quiet();
  symlinkSync('2024_2', at('..data_tmp'));
  renameSync(at('..data_tmp'), at('..data'));
  await told(file);
  writeFileSync(at('2024_2/views.ts'), 'three');
  await told(file);
  writeFileSync(at('2024_1/views.ts'), 'of the past');
  await quiet();
  expect(namesOn(file).map(({ name }) => name)).toEqual(['views.ts', '..data', 'views.ts']);
});

test('links that lead in a circle harm nothing', async () => {
  symlinkSync('b.ts', at('a.ts'));
  symlinkSync('a.ts', at('b.ts'));
  watcher.files([at('a.ts')]);
  await quiet();
  rmSync(at('b.ts'));
  symlinkSync('a.ts', at('b.ts'));
  await told(at('a.ts'));
  rmSync(at('a.ts'));
  writeFileSync(at('a.ts'), 'a file');
  await told(at('a.ts'));
});

test('several files are told together; one that is no longer wanted is not told', async () => {
  const [a, b, c] = [write('a.ts', '1'), write('b.ts', '1'), write('sub/c.ts', '1')];
  watcher.files([a, b, c]);
  await quiet();
  writeFileSync(b, '2');
  writeFileSync(c, '2');
  await wait(200);
  expect(saves.flat().sort()).toEqual([b, c]);
  expect(saves.length).toBeLessThanOrEqual(2);
  saves = [];
  watcher.files([a, c]);
  writeFileSync(b, '3');
  await quiet();
  writeFileSync(a, '3');
  await told(a);
});

test('what was saved while the code was loaded, before the file was watched, is told', async () => {
  const before = Date.now();
  await wait(20);
  const file = write('views.ts', 'one');
  watcher.files([file], before);
  await told(file);
  const other = write('other.ts', 'one');
  utimesSync(other, 1, 1);
  await wait(20);
  watcher.files([file, other], Date.now());
  await quiet();
});

test('what raises no event is found by looking: a folder further up is replaced', async () => {
  const file = write('a/b/views.ts', 'one');
  watcher.files([file]);
  await quiet();
  renameSync(at('a'), at('old'));
  write('a/b/views.ts', 'another');
  await told(file, 5000);
  writeFileSync(file, 'three');
  await told(file);
});
