import { afterAll, expect, it } from 'vitest';
import { Growth, slope } from '../../bench/reload-growth.ts';

const growth = new Growth();
afterAll(() => growth.shop.close());

it('sixty saves leave no thread, open file or temporary file behind, and hardly any memory', async () => {
  await growth.start();
  for (let i = 1; i <= 60; i++) {
    await growth.save();
    if (i % 15 === 0) await growth.look();
  }
  const [first, ...later] = growth.looks;
  console.log(growth.looks.map(({ reloads, residentMB, threads, fds, files }) => `${reloads} saves: ${residentMB.toFixed(0)} MB, ${threads} threads, ${fds} open files, ${files} temporary files`).join('; '));
  for (const look of later) {
    // A type check may be under way.
    expect(look.threads).toBeLessThanOrEqual(first!.threads + 2);
    expect(look.fds).toBeLessThanOrEqual(first!.fds + 4);
    expect(look.files).toBeLessThanOrEqual(first!.files + 2);
  }
  // Two workers that are kept take 20 MB and more with each save; what a busy machine has not collected yet is less.
  expect(slope(later, 'residentMB')).toBeLessThan(5);
  const { trains, generation } = await growth.state();
  expect(generation.number).toBeGreaterThanOrEqual(55);
  expect(generation.failures).toBeGreaterThanOrEqual(6);
  expect(trains.dropped).toEqual({});
}, 400_000);
