import { expect, test } from 'vitest';
import { readMask } from './read-mask.ts';

/** As numpy writes it, and as a plan gives it: read as UTF-8. */
function npy(header: string, pixels: readonly number[]): string {
  const bytes = [0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, 118, 0, ...new TextEncoder().encode(`${header.padEnd(117)}\n`), ...pixels];
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
const header = (descr: string, shape: string): string => `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;

test('a mask of numpy or of the viewer', () => {
  for (const descr of ['|b1', '|u1']) {
    const mask = readMask(npy(header(descr, '(2, 3)'), [0, 1, 0, 1, 1, 0]));
    expect([mask.dtype, mask.shape, [...mask.data]]).toEqual(['bool', [2, 3], [0, 1, 0, 1, 1, 0]]);
  }
});

test.each([
  ['another kind of file', 'hello', /begin as a .npy file/], ['floats', npy(header('<f4', '(1, 1)'), [0, 0, 0, 0]), /header says/], ['a stack', npy(header('|u1', '(1, 1, 1)'), [0]), /header says/],
  ['columns first', npy(header('|u1', '(1, 2)').replace('False', 'True'), [0, 1]), /header says/], ['too few pixels', npy(header('|u1', '(2, 2)'), [0, 1]), /2 pixels follow, not 2 x 2/], ['other numbers', npy(header('|u1', '(1, 3)'), [0, 1, 7]), /row 0, column 2/],
])('refuses %s', (_, text, message) => {
  expect(() => readMask(text)).toThrow(expect.objectContaining({ code: 'MASK_FILE', message: expect.stringMatching(message) as string }));
});
