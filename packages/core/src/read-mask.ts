import { ndarray, type Mask } from '@trainyard/nd';
import { YardError } from './problem.ts';

/**
 * A mask that was drawn in the viewer, or saved by numpy as bool or uint8: bool (rows, columns), true where a pixel is left out. For a plan, which
 * reads the file again when another one is saved: `const masked = plan(readMask, planFile('masks/beamstop.npy'))`. Throws `MASK_FILE`.
 */
export function readMask(npy: string): Mask<2> {
  // The file is text to a plan. All of its bytes but the first are below 128, as long as the mask has nothing but 0 and 1.
  const wrong = (what: string): YardError => new YardError('MASK_FILE', `This is no mask: ${what}. A mask is a .npy file of bool or uint8 with rows and columns, 0 or 1 each.`);
  const length = npy.charCodeAt(8) + 256 * npy.charCodeAt(9);
  if (npy.slice(1, 6) !== 'NUMPY' || npy.charCodeAt(6) !== 1 || !(length < 128)) throw wrong('it does not begin as a .npy file of version 1 does');
  const header = npy.slice(10, 10 + length);
  const [dtype, order, shape] = [/'descr':\s*'([^']*)'/, /'fortran_order':\s*(\w+)/, /'shape':\s*\((\d+),\s*(\d+),?\)/].map((part) => part.exec(header));
  if (!['|b1', '|u1'].includes(dtype?.[1] ?? '') || order?.[1] !== 'False' || !shape) throw wrong(`its header says ${header.trim().slice(0, 200)}`);
  const [rows, columns] = [Number(shape[1]), Number(shape[2])];
  const data = new Uint8Array(rows * columns);
  const from = 10 + length;
  if (npy.length !== from + data.length) throw wrong(`${npy.length - from} pixels follow, not ${rows} x ${columns}`);
  for (let i = 0; i < data.length; i++) {
    const value = npy.charCodeAt(from + i);
    if (value > 1) throw wrong(`the pixel in row ${Math.floor(i / columns)}, column ${i % columns} is neither 0 nor 1`);
    data[i] = value;
  }
  return ndarray(data, [rows, columns], { dtype: 'bool' }) as Mask<2>;
}
