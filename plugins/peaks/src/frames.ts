import { YardError, asNdArray, type NdLike } from '@trainyard/core';
import { pack, type Numbers } from '@trainyard/kernels';

/** What one frame of the data is: an image, or the modules of a detector, whose rows are taken one module after the other. */
export interface FrameShape {
  readonly frames: number;
  /** 1 of an image. */
  readonly modules: number;
  /** Rows of a module. */
  readonly moduleRows: number;
  readonly rows: number;
  readonly columns: number;
}

/** Frames packed at once: as many as share a cache line where pulses are the dense axis, 32 MB at most. */
const TOGETHER = 16;
const MOST_PACKED = 2 ** 23;

/**
 * Frames are the last two axes, with modules (`given`) the last three (default: data of four axes have them); what lies before is counted through as pulses.
 * Throws PEAKS_RANK.
 */
export function frameShape(image: NdLike, what: string, given?: boolean): FrameShape {
  // A scalar comes as a number.
  const { shape } = asNdArray(image);
  const modules = given ?? shape.length === 4;
  const axes = modules ? 3 : 2;
  if (shape.length < axes || shape.length > axes + 1) {
    throw new YardError('PEAKS_RANK', `${what} takes ${modules ? 'modules (module, ss, fs), or a stack of them' : 'an image, or a stack of images'}; this input has the shape (${shape.join(', ')}).`);
  }
  const [moduleRows, columns] = shape.slice(-2) as [number, number];
  const count = modules ? shape.at(-3)! : 1;
  const frame = { frames: shape.length > axes ? shape[0] : 1, modules: count, moduleRows, rows: count * moduleRows, columns };
  if (frame.rows === 0 || columns === 0) throw new YardError('PEAKS_RANK', `${what} takes images with pixels; this input has the shape (${shape.join(', ')}).`);
  return frame;
}

/** The values of a mask or a map of one frame, row by row; throws PEAKS_SHAPE when it is not of a frame's shape. */
export function perPixel(name: string, array: NdLike, { modules, moduleRows, rows, columns }: FrameShape): Float64Array {
  const { shape } = array;
  const wanted = shape.length === 3 ? [modules, moduleRows, columns] : [rows, columns];
  if (shape.length !== wanted.length || wanted.some((n, axis) => shape[axis] !== n)) {
    throw new YardError('PEAKS_SHAPE', `The ${name} has the shape (${shape.join(', ')}); a frame has ${modules > 1 ? `(${modules}, ${moduleRows}, ${columns})` : `(${rows}, ${columns})`}.`);
  }
  const out = new Float64Array(rows * columns);
  pack(array, out);
  return out;
}

/** Calls `visit` with every frame: in place where its rows are dense, else packed as float32 into `room`. */
export function eachFrame(image: NdLike, shape: FrameShape, room: (length: number) => Float32Array, visit: (data: Numbers, from: number, rowStep: number, frame: number) => void): void {
  const { frames, modules, moduleRows, rows, columns } = shape;
  const { data, stride, offset } = image;
  const [rowStep, columnStep] = stride.slice(-2) as [number, number];
  const moduleStep = modules > 1 ? stride.at(-3)! : rowStep * moduleRows;
  const step = frames > 1 ? stride[0] : 0;
  const wide = image.dtype === 'int64' || image.dtype === 'uint64';
  if (!wide && columnStep === 1 && rowStep >= columns && moduleStep === rowStep * moduleRows) {
    for (let f = 0; f < frames; f++) visit(data as unknown as Numbers, offset + f * step, rowStep, f);
    return;
  }
  const size = rows * columns;
  const group = Math.min(frames, TOGETHER, Math.max(1, Math.floor(MOST_PACKED / size)));
  const packed = room(group * size);
  for (let f = 0; f < frames; f += group) {
    const n = Math.min(group, frames - f);
    pack({ data, shape: [n, modules, moduleRows, columns], stride: [step, moduleStep, rowStep, columnStep], offset: offset + f * step }, packed);
    for (let g = 0; g < n; g++) visit(packed, g * size, columns, f + g);
  }
}

/** Memory that is kept from one call to the next. */
export function keptRoom(): (length: number) => Float32Array {
  let kept = new Float32Array(0);
  return (length) => (kept.length >= length ? kept : (kept = new Float32Array(length)));
}
