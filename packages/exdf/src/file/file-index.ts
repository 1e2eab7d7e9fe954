import { Hdf5Error, type Hdf5Dataset } from '@trainyard/hdf5';
import { ExdfError } from '../exdf-error.ts';

/** Where the entries of each train of a file lie in the datasets of one index group; as long as the file's list of trains. */
export interface FileIndex {
  readonly first: Float64Array;
  readonly count: Float64Array;
}

/**
 * Reads `INDEX/GROUP`, of format 0.1 with `last` and `status` instead of `count`. `positions`: where each train of the file stands in INDEX/trainId,
 * which may hold zeros at its end and in the middle. Errors: EXDF_INDEX when it is missing.
 */
export function readIndex(find: (path: string) => Hdf5Dataset | undefined, where: string, group: string, positions: Int32Array): FileIndex {
  const base = `INDEX/${group}`;
  const column = (name: string): Float64Array | undefined => {
    const dataset = find(`${base}/${name}`);
    return dataset && perTrain(numbers(dataset), positions);
  };
  const required = (name: string): Float64Array => {
    const values = column(name);
    if (!values) throw new ExdfError('EXDF_INDEX', where, `${base}/${name} is missing: the data cannot be assigned to trains`);
    return values;
  };
  const first = required('first');
  const count = column('count');
  if (count) return { first, count };
  const [last, status] = [required('last'), required('status')];
  return { first, count: first.map((from, i) => (status[i] ? Math.max(0, last[i]! - from + 1) * status[i] : 0)) };
}

/**
 * Values at the positions of the trains. Normally index arrays cover every position of INDEX/trainId; one that has exactly one entry per non-zero train
 * instead was written without the zeros.
 */
export function perTrain(values: Float64Array, positions: Int32Array): Float64Array {
  const count = positions.length;
  const last = positions.at(-1) ?? -1;
  // Positions rise: when the last is what it would be without zeros, so are all.
  if (last === count - 1 && values.length >= count) return values.length === count ? values : values.subarray(0, count);
  const compact = values.length === count && last >= values.length;
  const aligned = new Float64Array(count);
  for (let i = 0; i < count; i++) aligned[i] = values[compact ? i : positions[i]!] ?? 0;
  return aligned;
}

/** Bytes of 64-bit numbers on their way to doubles, used again and again. */
let scratch = new Uint8Array(64 * 1024);

/** Any numbers, as doubles. Errors: HDF5_KIND for text. */
export function numbers(dataset: Hdf5Dataset): Float64Array {
  const { dtype } = dataset;
  if (dtype !== 'uint64' && dtype !== 'int64') {
    const values = dataset.read();
    if (Array.isArray(values)) throw new Hdf5Error('HDF5_KIND', dataset.where, 'Numbers were expected, this is text');
    return Float64Array.from(values as ArrayLike<number>);
  }
  const bytes = 8 * dataset.shape.reduce((product, length) => product * length, 1);
  if (bytes > scratch.byteLength) scratch = new Uint8Array(bytes);
  dataset.readInto(scratch);
  // Two halves are several times as fast as big integers. Only signed numbers have negative ones.
  const low = new Uint32Array(scratch.buffer);
  const high = dtype === 'int64' ? new Int32Array(scratch.buffer) : low;
  const out = new Float64Array(bytes / 8);
  for (let i = 0; i < out.length; i++) out[i] = high[2 * i + 1]! * 0x1_0000_0000 + low[2 * i]!;
  return out;
}
