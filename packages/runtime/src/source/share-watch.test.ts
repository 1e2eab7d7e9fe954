import { describe, expect, test } from 'vitest';
import { ShareWatch } from './share-watch.ts';

function watch(ids: Iterable<number>, asked: (id: number) => boolean = () => true): ShareWatch['share'] {
  const seen = new ShareWatch();
  for (const id of ids) seen.add(id, asked(id));
  return seen.share;
}
const every = (n: number, from = 10_000, count = 200): number[] => Array.from({ length: Math.ceil(count / n) }, (_, i) => from + i * n);

describe('a second client', () => {
  test.each([2, 3])('every train of %i', (n) => {
    expect(watch(every(n))).toMatchObject({ every: n });
    // Begins in the middle of a run.
    expect(watch([...every(1, 9000, 500), ...every(n, 9500)])).toMatchObject({ every: n });
  });

  test('that now and then takes two', () => {
    expect(watch(every(2).map((id, i) => (i % 20 === 7 ? id + 1 : id)))).toMatchObject({ every: 2 });
  });
});

describe('none', () => {
  test.each<[string, number[]]>([
    ['all trains', every(1)],
    ['too few to tell', every(2, 0, 90)],
    ['one of ten: a slow source', every(10, 0, 2000)],
    ['gaps as they come', every(1).filter((id) => (id * 7919) % 101 < 50)],
    ['a pause, then all', [...every(2, 0, 60), ...every(1, 5000, 300)]],
    ['a stream that began anew', [...every(2, 5000, 300), ...every(1, 100, 200)]],
  ])('%s', (_, ids) => {
    expect(watch(ids)).toBeUndefined();
  });

  test('views so slow that this yard asks for every other train only', () => {
    expect(watch(every(2), () => false)).toBeUndefined();
  });

  test('a server that went away', () => {
    const seen = new ShareWatch();
    for (const id of every(2)) seen.add(id, true);
    seen.clear();
    expect(seen.share).toBeUndefined();
    seen.add(20_000, true);
    expect(seen.share).toBeUndefined();
  });
});
