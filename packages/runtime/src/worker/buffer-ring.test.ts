import { expect, test } from 'vitest';
import { BufferRing } from './buffer-ring.ts';

test('buffers are used again; one that was needed once is given up after a while', () => {
  const ring = new BufferRing();
  const first = ring.acquire(1000);
  ring.release(first.id);
  expect(ring.acquire(500).memory).toBe(first.memory);
  ring.release(first.id);
  const large = ring.acquire(1e8);
  ring.release(large.id);
  expect(ring.acquire(1000).memory).toBe(large.memory);
  ring.release(large.id);
  const sizes = Array.from({ length: 200 }, () => {
    const { id, memory } = ring.acquire(1000);
    ring.release(id);
    return memory.byteLength;
  });
  expect(sizes[0]).toBeGreaterThan(1e8);
  expect(sizes.at(-1)).toBeLessThan(1e4);
});
