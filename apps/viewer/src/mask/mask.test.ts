import { expect, it } from 'vitest';
import { drawMask, invertMask, maskByValue } from './mask-shapes.ts';
import { Mask } from './mask.ts';
import { readNpy, writeNpy } from './npy.ts';

const rowsOf = ({ data, rows, columns }: Mask): string[] => Array.from({ length: rows }, (_, r) => [...data.subarray(r * columns, (r + 1) * columns)].map((v) => (v ? '#' : '.')).join(''));

it('draws what has its centre inside', () => {
  const mask = new Mask(5, 7);
  drawMask(mask, { shape: 'rectangle', points: [[6.4, 3.6], [3.6, 1]], width: 0 }, 1);
  expect(rowsOf(mask)).toEqual(['.......', '....##.', '....##.', '....##.', '.......']);
  drawMask(mask, { shape: 'polygon', points: [[0, 0], [3, 0], [0, 3]], width: 0 }, 1);
  expect(rowsOf(mask)).toEqual(['##.....', '#...##.', '....##.', '....##.', '.......']);
  drawMask(mask, { shape: 'brush', points: [[0.5, 4.5], [6.5, 4.5]], width: 1 }, 1);
  expect(rowsOf(mask)[4]).toBe('#######');
  drawMask(mask, { shape: 'ellipse', points: [[3, 0], [7, 4]], width: 0 }, 0);
  expect(rowsOf(mask)).toEqual(['##.....', '#......', '.......', '.......', '#######']);
  expect(drawMask(mask, { shape: 'rectangle', points: [[20, 20], [30, 30]], width: 0 }, 1)).toBeUndefined();
});

it('a brush masks what is near to its way, and takes no longer the farther it goes', () => {
  const mask = new Mask(2000, 2000);
  const points = Array.from({ length: 2000 }, (_, i) => [1000 + 900 * Math.cos(i / 300), 1000 + 900 * Math.sin(i / 300)] as const);
  const from = performance.now();
  drawMask(mask, { shape: 'brush', points, width: 20 }, 1);
  expect(performance.now() - from).toBeLessThan(1000);
  for (const [distance, is] of [[880, 0], [889, 0], [891, 1], [909, 1], [911, 0]] as const) {
    for (let i = 0; i < 60; i++) expect(mask.data[Math.floor(1000 + distance * Math.sin(i / 10)) * 2000 + Math.floor(1000 + distance * Math.cos(i / 10))], `${distance} ${i}`).toBe(is);
  }
});

it('whatever was done is undone and done again, step by step', () => {
  const mask = new Mask(20, 30);
  let seed = 1;
  const random = () => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  const states = [[...mask.data].join('')];
  for (let i = 0; i < 30; i++) {
    const shape = (['rectangle', 'ellipse', 'polygon', 'brush'] as const)[i % 4];
    if (i % 7 === 6) invertMask(mask);
    else if (!drawMask(mask, { shape, points: Array.from({ length: 4 }, () => [random() * 40 - 5, random() * 30 - 5] as const), width: 3 }, random() < 0.6 ? 1 : 0)) continue;
    states.push([...mask.data].join(''));
  }
  for (const state of states.slice(0, -1).reverse()) {
    mask.undo();
    expect([...mask.data].join('') === state).toBe(true);
  }
  expect(mask.canUndo).toBe(false);
  for (const state of states.slice(1)) {
    mask.redo();
    expect([...mask.data].join('') === state).toBe(true);
  }
});

it('masks by value, leaves NaN to itself', () => {
  const mask = new Mask(1, 5);
  maskByValue(mask, [Number.NaN, -1, 0, 5, 9], 0, 6);
  expect(rowsOf(mask)).toEqual(['.#..#']);
});

it('is saved as numpy has it, and read again', () => {
  const mask = new Mask(3, 4);
  drawMask(mask, { shape: 'rectangle', points: [[0, 0], [2, 2]], width: 0 }, 1);
  const bytes = writeNpy(mask);
  expect((bytes.length - 12) % 64).toBe(0);
  expect(rowsOf(readNpy(bytes))).toEqual(['##..', '##..', '....']);
  const numpy = Uint8Array.from(`\u0093NUMPY\u0001\0v\0${"{'descr': '|b1', 'fortran_order': False, 'shape': (2, 2), }".padEnd(117)}\n\u0001\0\0\u0001`, (c) => c.charCodeAt(0));
  expect(rowsOf(readNpy(numpy))).toEqual(['#.', '.#']);
  for (const [change, message] of [[(b: Uint8Array) => b.subarray(0, 20), 'cut short|something else'], [(b: Uint8Array) => b.fill(0, 0, 3), 'no .npy'], [(b: Uint8Array) => b.subarray(0, -1), 'cut short']] as const) {
    expect(() => readNpy(change(writeNpy(mask)))).toThrow(new RegExp(message));
  }
});
