import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { RotatedFile } from './rotated-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'yard-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('lines come in order, and all files together stay below their size, also over restarts', async () => {
  const path = join(folder, 'a', 'yard.log');
  let n = 0;
  for (let restart = 0; restart < 3; restart += 1) {
    const log = new RotatedFile(path, 1000, 3);
    for (let i = 0; i < 60; i += 1) {
      log.write(`line ${String(n++).padStart(5, '0')} ${'x'.repeat(40)}`);
      if (i % 7 === 0) await log.written();
    }
    await log.written();
  }
  expect(readdirSync(join(folder, 'a')).sort()).toEqual(['yard.log', 'yard.log.1', 'yard.log.2']);
  const files = ['yard.log.2', 'yard.log.1', 'yard.log'].map((name) => readFileSync(join(folder, 'a', name), 'utf8'));
  for (const text of files) expect(text.length).toBeLessThan(1600);
  const numbers = files.join('').trim().split('\n').map((line) => Number(line.slice(5, 10)));
  expect(numbers.at(-1)).toBe(179);
  numbers.forEach((number, i) => expect(number).toBe(numbers[0]! + i));
});

test('a flood is bounded in memory: how many lines were left out is said', async () => {
  const path = join(folder, 'flood.log');
  const log = new RotatedFile(path, 1e6, 2);
  for (let i = 0; i < 5000; i += 1) log.write(String(i));
  await log.written();
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  expect(lines[0]).toBe('0');
  const said = lines.map((line) => Number(/\((\d+) lines were left out/.exec(line)?.[1] ?? 0)).reduce((sum, one) => sum + one, 0);
  expect(lines.filter((line) => !line.startsWith('(')).length + said).toBe(5000);
  expect(said).toBeGreaterThan(3000);
});

test('where it cannot be written nothing is thrown; when it can be again it says what is missing', async () => {
  const path = join(folder, 'file', 'yard.log');
  // A file where a folder is wanted: the same for root and others.
  writeFileSync(join(folder, 'file'), '');
  const log = new RotatedFile(path, 1000, 2);
  log.write('lost');
  await log.written();
  rmSync(join(folder, 'file'));
  log.write('kept');
  await log.written();
  expect(readFileSync(path, 'utf8')).toBe('kept\n(1 lines were left out: the disk did not keep up)\n');
});

test('a log whose file was taken away goes on in a new one', async () => {
  const path = join(folder, 'gone.log');
  const log = new RotatedFile(path, 50, 2);
  log.write('x'.repeat(60));
  await log.written();
  rmSync(path);
  log.write('next');
  await log.written();
  expect(statSync(path).size).toBe(5);
  expect(existsSync(`${path}.1`)).toBe(false);
});
