import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BoardSlot } from '../worker/board-slot.ts';
import { CrashBoard, takeLastMoments } from './crash-board.ts';

const folder = mkdtempSync(join(tmpdir(), 'yard-board-'));
const before = process.env['XDG_RUNTIME_DIR'];
beforeAll(() => (process.env['XDG_RUNTIME_DIR'] = folder));
afterAll(() => {
  if (before === undefined) delete process.env['XDG_RUNTIME_DIR'];
  else process.env['XDG_RUNTIME_DIR'] = before;
  rmSync(folder, { recursive: true });
});

test('a process that is killed leaves what ran, and the last train', () => {
  const script = `
    const { CrashBoard } = await import(${JSON.stringify(fileURLToPath(new URL('./crash-board.ts', import.meta.url)))});
    const { BoardSlot } = await import(${JSON.stringify(fileURLToPath(new URL('../worker/board-slot.ts', import.meta.url)))});
    const board = new CrashBoard();
    const [a, b, gone] = [board.place(), board.place(), board.place()].map((place) => ({ place, slot: new BoardSlot(place) }));
    a.slot.enter('views/long and then some', 7);
    a.slot.enter('views/b', 17);
    b.slot.enter('views/idle', 17);
    b.slot.leave();
    gone.slot.enter('views/gone', 3);
    board.vacate(gone.place);
    board.train(10_000_000_000);
    process.kill(process.pid, 'SIGSEGV');`;
  const { pid, signal } = spawnSync(process.execPath, ['--conditions=development', '--input-type=module', '-e', script]);
  expect(signal).toBe('SIGSEGV');
  expect(takeLastMoments(pid)).toEqual({ lastTrainId: 10_000_000_000, running: [{ view: 'views/b', trainId: 17 }] });
  expect(takeLastMoments(pid)).toBeUndefined();
});

test('a board is small, private, used again, and goes when it is closed', () => {
  const board = new CrashBoard();
  const file = join(folder, 'trainyard', `${process.pid}.board`);
  for (let i = 0; i < 1000; i += 1) {
    const place = board.place();
    new BoardSlot(place).enter('x'.repeat(500), i);
    board.vacate(place);
  }
  expect([statSync(file).mode & 0o777, statSync(file).size]).toEqual([0o600, 512]);
  board.close();
  expect(readdirSync(join(folder, 'trainyard'))).toEqual([]);
});
