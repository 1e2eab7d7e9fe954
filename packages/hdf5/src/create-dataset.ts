import { attempt, borrow, cause } from './library.ts';
import { Hdf5Error } from './hdf5-error.ts';
import { encodeText } from './hdf5-dataset.ts';
import { dtypeOf, numericMetadata, textMetadata } from './stored-values.ts';
import { ARRAYS, type Values } from './types.ts';

/** How a dataset is made. */
export interface DatasetOptions {
  /** numpy's name, or `str`; taken from `data` when absent. `bool` is stored as uint8: the library cannot make enumerations. */
  dtype?: string;
  /** Length of each axis; `[]` makes a scalar; `[data.length]` when absent. */
  shape?: readonly number[];
  /** Values, flat in C order; zeros (or empty strings) when absent. */
  data?: Values;
  /** The first axis can grow (`append`). */
  resizable?: boolean;
  chunks?: readonly number[];
  /** gzip level 1 to 9. */
  deflate?: number;
  /** Bytes of one text entry; the longest given string when absent. */
  textLength?: number;
  /** Store text with variable length (not compressed, not resizable). */
  variableText?: boolean;
}

const UNLIMITED = 2n ** 64n - 1n;
const CHUNK_BYTES = 1024 * 1024;
const MOST_BYTES = 1024 * 1024 * 1024;

/** Creates one dataset whose parent group exists. */
export function createDataset(fileId: bigint, path: string, where: string, options: DatasetOptions): void {
  const { data } = options;
  const dtype = options.dtype ?? (data === undefined ? undefined : Array.isArray(data) ? 'str' : dtypeOf(data));
  if (dtype === undefined) throw new Hdf5Error('HDF5_WRITE', where, 'A dataset needs a dtype or data');
  const shape = options.shape ?? [data?.length ?? 0];
  const count = shape.reduce((product, length) => product * length, 1);
  if (data && data.length !== count) throw new Hdf5Error('HDF5_RANGE', where, `${data.length} values given, the shape [${shape.join(', ')}] holds ${count}`);

  const strings = dtype === 'str' ? (data as string[] | undefined) ?? Array.from({ length: count }, () => '') : undefined;
  const textLength = options.textLength ?? Math.max(1, ...(strings ?? []).map((text) => Buffer.byteLength(text)));
  const metadata = strings ? textMetadata(textLength) : numericMetadata(dtype);
  if (!metadata) throw new Hdf5Error('HDF5_UNSUPPORTED', where, `Data of type ${dtype} cannot be written: convert it to one of ${Object.keys(ARRAYS).filter((name) => name !== 'float16').join(', ')}, str`);
  if (count * metadata.size > MOST_BYTES) throw new Hdf5Error('HDF5_TOO_LARGE', where, 'More than 1 GiB at once: create it resizable and append rows');

  const chunks = options.chunks ?? (options.resizable || options.deflate ? defaultChunks(shape, metadata.size) : undefined);
  const maxshape = shape.map((length, axis) => (axis === 0 && options.resizable ? UNLIMITED : BigInt(length)));
  // The library reads the last four too; its declarations do not name them.
  const layout = {
    chunks: chunks && !options.variableText ? chunks.map(BigInt) : null,
    compression: options.deflate ? 1 : 0,
    compression_opts: options.deflate ? [options.deflate] : [],
    track_order: false,
  };
  const description = { ...metadata, shape: shape.map(BigInt), maxshape, total_size: count, ...layout };
  const { value, threw, report } = attempt((module) => {
    if (strings && options.variableText) {
      return module.create_vlen_str_dataset(fileId, path, strings, { ...description, size: 4, vlen: true, strpad: 0 });
    }
    const bytes = strings ? encodeText(strings, textLength) : numericBytes(data as Exclude<Values, string[]> | undefined, count * metadata.size);
    return borrow(module, bytes.byteLength, (pointer) => {
      module.HEAPU8.set(bytes, pointer);
      return module.create_dataset(fileId, path, BigInt(pointer), description);
    });
  });
  if (threw || report || (value !== undefined && value < 0)) throw new Hdf5Error('HDF5_WRITE', where, `The dataset cannot be made: ${cause(report)}`);
}

function numericBytes(data: Exclude<Values, string[]> | undefined, length: number): Uint8Array {
  return data ? new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength) : new Uint8Array(length);
}

/** Whole rows, as many as make about 1 MiB, at least one. */
function defaultChunks(shape: readonly number[], itemSize: number): number[] {
  const [, ...entry] = shape;
  const row = entry.reduce((product, length) => product * Math.max(1, length), itemSize);
  return [Math.max(1, Math.floor(CHUNK_BYTES / row)), ...entry.map((length) => Math.max(1, length))];
}
