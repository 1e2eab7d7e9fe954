import type { NdArray } from '@trainyard/nd';

export type Numbers = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** Two axes of an array as they lie in memory: element (row, column) is `data[offset + row·rowStride + column·colStride]`. */
export interface Picture {
  readonly data: Numbers;
  readonly width: number;
  readonly height: number;
  readonly offset: number;
  readonly rowStride: number;
  readonly colStride: number;
}

/**
 * The last two axes of an array at `index` of the axes before them (missing ones count as 0); a vector is one row.
 * Half floats and 64-bit integers are converted once, as no table or canvas takes them.
 */
export function pictureOf(array: NdArray, index: readonly number[] = []): Picture {
  const { shape, stride } = array as { shape: readonly number[]; stride: readonly number[] };
  const rank = shape.length;
  let offset = array.offset;
  for (let axis = 0; axis < rank - 2; axis++) offset += stride[axis] * Math.min(index[axis] ?? 0, Math.max(0, shape[axis] - 1));
  return {
    data: plainNumbers(array.data),
    height: rank < 2 ? 1 : shape[rank - 2],
    width: rank < 1 ? 1 : shape[rank - 1],
    offset,
    rowStride: rank < 2 ? 0 : stride[rank - 2],
    colStride: rank < 1 ? 0 : stride[rank - 1],
  };
}

export function plainNumbers(data: unknown): Numbers {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Float64Array.from(data as BigInt64Array, Number);
  if (ArrayBuffer.isView(data) && data.constructor.name === 'Float16Array') return Float32Array.from(data as unknown as ArrayLike<number>);
  return data as Numbers;
}

export function valueAt({ data, width, height, offset, rowStride, colStride }: Picture, row: number, col: number): number | undefined {
  if (row < 0 || col < 0 || row >= height || col >= width) return undefined;
  return data[offset + row * rowStride + col * colStride];
}
