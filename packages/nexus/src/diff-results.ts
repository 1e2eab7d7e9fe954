import { Hdf5Dataset, Hdf5Group, openHdf5, type Hdf5File } from '@trainyard/hdf5';

/** One dataset in which two results files differ. */
export interface Difference {
  /** Inside the file: `/entry/results/views/total/data`. */
  readonly path: string;
  readonly kind: 'missing' | 'dtype' | 'shape' | 'values';
  /** One sentence for a person. */
  readonly message: string;
  /** Entries that differ, the index of the first, and both values there. */
  readonly count?: number;
  readonly first?: readonly number[];
  readonly values?: readonly [unknown, unknown];
}

const BLOCK = 8 * 1024 * 1024;

/**
 * Where two results files differ: every dataset under `/entry/results` and `/entry/trainId`, bit for bit, NaN equal to NaN.
 * Provenance, parameters and states are not compared. Empty when the results are identical.
 */
export async function diffResults(a: string, b: string): Promise<Difference[]> {
  const left = await openHdf5(a);
  try {
    const right = await openHdf5(b);
    try {
      return compare(left, right);
    } finally {
      right.close();
    }
  } finally {
    left.close();
  }
}

function compare(a: Hdf5File, b: Hdf5File): Difference[] {
  const [left, right] = [resultsOf(a), resultsOf(b)];
  const differences: Difference[] = [];
  for (const path of new Set([...left.keys(), ...right.keys()])) {
    const [x, y] = [left.get(path), right.get(path)];
    if (x && y) differences.push(...compareDatasets(path, x, y));
    else differences.push({ path, kind: 'missing', message: `${path} is only in ${x ? a.filename : b.filename}` });
  }
  return differences;
}

function resultsOf(file: Hdf5File): Map<string, Hdf5Dataset> {
  const found = new Map<string, Hdf5Dataset>();
  for (const path of ['/entry/trainId', '/entry/results']) {
    const object = file.get(path);
    if (object instanceof Hdf5Dataset) found.set(path, object);
    else if (object instanceof Hdf5Group) for (const dataset of object.datasets()) found.set(dataset.path, dataset);
  }
  return found;
}

function* compareDatasets(path: string, a: Hdf5Dataset, b: Hdf5Dataset): Generator<Difference> {
  const [typeA, typeB] = [typeName(a), typeName(b)];
  if (typeA !== typeB) {
    yield { path, kind: 'dtype', message: `${path} is ${typeA} in one and ${typeB} in the other`, values: [typeA, typeB] };
    return;
  }
  if (a.shape.join() !== b.shape.join()) {
    yield { path, kind: 'shape', message: `${path} has the shape [${a.shape.join(', ')}] in one and [${b.shape.join(', ')}] in the other`, values: [a.shape, b.shape] };
    return;
  }
  let count = 0;
  let first: { index: number; values: [unknown, unknown] } | undefined;
  for (const { from, slice } of slices(a)) {
    const [x, y] = [a.read(slice), b.read(slice)];
    if (!Array.isArray(x) && !Array.isArray(y) && Buffer.compare(bytes(x), bytes(y)) === 0) continue;
    for (let i = 0; i < x.length; i += 1) {
      // Not `===`: NaN is itself, and -0 is not 0.
      if (Object.is(x[i], y[i])) continue;
      count += 1;
      first ??= { index: from + i, values: [x[i], y[i]] };
    }
  }
  if (!first) return;
  const index = unravel(first.index, a.shape);
  const total = a.shape.reduce((product, length) => product * length, 1);
  yield { path, kind: 'values', count, first: index, values: first.values, message: `${path}: ${count} of ${total} values differ, first at [${index.join(', ')}]: ${String(first.values[0])} and ${String(first.values[1])}` };
}

function typeName(dataset: Hdf5Dataset): string {
  return dataset.dtype === 'str' ? `text of ${dataset.itemSize} bytes` : dataset.dtype;
}

/** Stretches along the first axis; `from` counts entries. */
function* slices(dataset: Hdf5Dataset): Generator<{ from: number; slice: [number, number][] }> {
  const [rows, ...inner] = dataset.shape;
  const size = inner.reduce((product, length) => product * length, 1);
  if (rows === undefined) yield { from: 0, slice: [] };
  else {
    const step = Math.max(1, Math.floor(BLOCK / Math.max(1, size * dataset.itemSize)));
    for (let row = 0; row < rows; row += step) yield { from: row * size, slice: [[row, Math.min(rows, row + step)]] };
  }
}

function bytes(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function unravel(index: number, shape: readonly number[]): number[] {
  const place: number[] = [];
  let rest = index;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    place.unshift(rest % shape[axis]);
    rest = Math.floor(rest / shape[axis]);
  }
  return place;
}
