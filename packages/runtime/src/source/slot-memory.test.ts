import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDataPath } from '@trainyard/core';
import { SlotMemory, type Slot } from './slot-memory.ts';
import { namesOf, wantedOf } from './wanted.ts';

test('regions never overlap, lie in the memory, are aligned, and all come back', () => {
  fc.assert(fc.property(fc.array(fc.oneof(fc.integer({ min: 0, max: 300_000 }), fc.nat({ max: 30 }).map((n) => -n - 1)), { maxLength: 60 }), (steps) => {
    const memory = new SlotMemory();
    const lent: Slot[] = [];
    for (const step of steps) {
      if (step < 0) {
        const [slot] = lent.splice((-step - 1) % Math.max(lent.length, 1), 1);
        if (slot) memory.release(slot.offset);
        continue;
      }
      const slot = memory.acquire(step)!;
      expect(slot.bytes).toBeGreaterThanOrEqual(step);
      expect([slot.offset % 64, slot.bytes % 64]).toEqual([0, 0]);
      expect(slot.offset + slot.bytes).toBeLessThanOrEqual(memory.buffer.byteLength);
      for (const other of lent) expect(slot.offset + slot.bytes <= other.offset || other.offset + other.bytes <= slot.offset).toBe(true);
      lent.push(slot);
    }
    expect(memory.lent).toBe(lent.length);
    for (const { offset } of lent) memory.release(offset);
    // All in one piece again: as much as there is fits without growing.
    const size = memory.buffer.byteLength;
    expect(memory.acquire(size)).toEqual({ offset: 0, bytes: size });
    expect(memory.buffer.byteLength).toBe(size);
  }), { numRuns: 60 });
});

test('the same slots again and again: the memory does not grow', () => {
  const memory = new SlotMemory();
  const round = (): void => {
    const slots = [3_000_000, 100, 3_000_000, 64].map((bytes) => memory.acquire(bytes)!);
    for (const { offset } of slots) memory.release(offset);
  };
  round();
  const size = memory.buffer.byteLength;
  for (let i = 0; i < 500; i++) round();
  expect(memory.buffer.byteLength).toBe(size);
});

test('what does not fit is refused, and leaves room for what does', () => {
  const memory = new SlotMemory();
  expect(memory.acquire(2 ** 32 + 1)).toBeUndefined();
  expect(memory.acquire(1000)).toEqual({ offset: 0, bytes: 1024 });
  memory.release(12345);
  memory.release(0);
  memory.release(0);
  expect(memory.lent).toBe(0);
});

test('it has a limit: the next waits until there is room', () => {
  const memory = new SlotMemory(1_000_000);
  expect(memory.capacity).toBe(983_040);
  const first = memory.acquire(600_000)!;
  expect(memory.acquire(600_000)).toBeUndefined();
  memory.release(first.offset);
  expect(memory.acquire(memory.capacity)).toEqual({ offset: 0, bytes: memory.capacity });
  expect(memory.buffer.byteLength).toBe(memory.capacity);
});

test('what is written stays when the memory grows', () => {
  const memory = new SlotMemory();
  const { offset } = memory.acquire(8)!;
  new Float64Array(memory.buffer, offset, 1)[0] = 42;
  memory.acquire(1_000_000);
  expect(new Float64Array(memory.buffer, offset, 1)[0]).toBe(42);
});

test('the names under which a source may come', () => {
  expect(namesOf('A/CAM/1:output')).toEqual(['A/CAM/1:output', 'A/CAM/1:daqOutput']);
  expect(namesOf('A/MOTOR/1')).toEqual(['A/MOTOR/1']);
  const names = namesOf('SPB_DET_AGIPD1M-1/DET');
  expect(names.slice(0, 2)).toEqual(['SPB_DET_AGIPD1M-1/DET', 'SPB_DET_AGIPD1M-1/CAL/APPEND_CORRECTED']);
  expect(names).toContain('SPB_DET_AGIPD1M-1/DET/15CH0:xtdf');
  expect(names).toHaveLength(1 + 3 + 32);
});

test('wanted: names with their keys, with and without .value; other kinds of paths bring nothing', () => {
  const paths = ['karabo#A/B/C:output[data.x]', 'A/B/C:output[data.y]', 'A/M/1.position', 'stack#frame', 'view#x', 'internal#train_id'].map(parseDataPath);
  expect(wantedOf(paths)).toEqual({
    'A/B/C:output': ['data.x', 'data.x.value', 'data.y', 'data.y.value'], 'A/B/C:daqOutput': ['data.x', 'data.x.value', 'data.y', 'data.y.value'], 'A/M/1': ['position', 'position.value'],
  });
  expect(wantedOf([])).toEqual({});
});
