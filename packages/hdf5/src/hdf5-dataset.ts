import { attempt, cause, library, scratchBuffer, type Metadata } from './library.ts';
import { Hdf5Error } from './hdf5-error.ts';
import { blocks, selection, type Block, type Slice } from './read-plan.ts';
import { decodeFixed, isBinary, swapBytes, viewOf, type StoredType, type Values } from './types.ts';
import { textAt } from './attributes.ts';
import type { DirectDataset } from './direct/direct-dataset.ts';
import { ofFile, ofLibrary, textsOf, type Description } from './description.ts';
import { FileHandle } from './file-handle.ts';
import { Hdf5Object } from './hdf5-object.ts';
import { dtypeOf } from './stored-values.ts';
import { absentParts, type AbsentPart } from './virtual-parts.ts';

/** A dataset of an open file. Its description is read once; its values only when asked for. */
export class Hdf5Dataset extends Hdf5Object {
  readonly kind = 'dataset';
  private described: Description | undefined;
  private knownAbsent: readonly AbsentPart[] | undefined;

  private get description(): Description {
    if (!this.described) {
      this.requireOpen();
      const direct = this.file.ask((file) => file.describe(this.path));
      this.described = direct ? ofFile(direct.answer) : ofLibrary(this.fileId, this.path, this.where);
    }
    return this.described;
  }

  /** numpy's name of the element type, `str`, a list of fields for records, or `object`; see `StoredType`. */
  get dtype(): string {
    return this.description.type.dtype;
  }

  /** Bytes of one entry, all axes of the type itself included. */
  get itemSize(): number {
    return this.description.type.itemSize;
  }

  /** Length of each axis; `[]` for a scalar, and for an empty (null) dataset, which reads as no values. */
  get shape(): number[] {
    return [...this.storedShape, ...this.description.type.inner];
  }

  /** How it is stored, in the library's words. Errors: HDF5_READ. */
  get metadata(): Metadata {
    const { value, report } = attempt((module) => module.get_dataset_metadata(this.fileId, this.path));
    if (!value) throw new Hdf5Error('HDF5_READ', this.where, `The dataset cannot be described: ${cause(report)}`);
    return value;
  }

  /** Whether its values lie in other files than HDF5 files (external storage); undefined where that cannot be told. */
  get isStoredOutside(): boolean | undefined {
    return this.file.ask((file) => file.isStoredOutside(this.path))?.answer;
  }

  /** Axes that belong to the element type itself (HDF5 array types): the last ones of `shape`; nearly always none. */
  get innerShape(): number[] {
    return [...this.description.type.inner];
  }

  private get storedShape(): number[] {
    return this.description.shape ?? [];
  }

  /** Whether it is an empty (null) dataset: a type without a single value. */
  get isNull(): boolean {
    return this.description.shape === null;
  }

  /** Chunk lengths, or null for contiguous and virtual layouts. */
  get chunks(): number[] | null {
    return this.description.chunks;
  }

  /** Largest length of each axis; Infinity for an axis without bound. */
  get maxShape(): number[] {
    return this.description.maxShape;
  }

  /** Whether the values lie in other files (a virtual dataset). A missing file reads as fill values: see `absentParts`. */
  get isVirtual(): boolean {
    return this.description.virtual.length > 0;
  }

  /** The files and datasets a virtual dataset is made of. */
  get virtualSources(): { file: string; path: string }[] {
    return this.description.virtual;
  }

  /**
   * Of a virtual dataset: the parts that cannot be had and would read as fill values, each with the rows that it makes up. Other datasets have none. Files are
   * looked for once; open the file again to look again.
   */
  absentParts(): readonly AbsentPart[] {
    if (!this.isVirtual) return [];
    if (!this.knownAbsent) {
      const mapped = this.file.ask((file) => file.mappings(this.path));
      this.knownAbsent = absentParts(this.file.path, mapped?.answer ?? this.virtualSources, lookAt);
    }
    return this.knownAbsent;
  }

  /** Compression and checksum filters, in the order in which they were applied. */
  get filters(): { id: number; name: string; values: number[] }[] {
    const { value } = attempt((module) => module.get_dataset_filters(this.fileId, this.path));
    return (value ?? []).map((filter) => ({ id: filter.id, name: filter.name, values: [...filter.cd_values] }));
  }

  /**
   * Reads a slice (all when absent), flat in C order. Numbers keep their type, booleans are 0/1 bytes, records raw bytes.
   * Errors: HDF5_RANGE, HDF5_FILTER, HDF5_READ, HDF5_UNSUPPORTED, HDF5_TOO_LARGE.
   */
  read(slice?: Slice): Values {
    const chosen = selection(this.storedShape, slice, this.where);
    const { type } = this.description;
    if (type.dtype === 'str') return this.readText(chosen, type);
    const target = this.allocate(this.byteLength(chosen));
    this.fill(chosen, target);
    return viewOf(type.dtype, target);
  }

  /** Reads a slice into the caller's bytes and returns how many were written; not for text. */
  readInto(target: Uint8Array, slice?: Slice): number {
    const chosen = selection(this.storedShape, slice, this.where);
    const bytes = this.byteLength(chosen);
    if (bytes > target.byteLength) throw new Hdf5Error('HDF5_RANGE', this.where, `The slice takes ${bytes} bytes, the buffer has ${target.byteLength}`);
    this.fill(chosen, target);
    return bytes;
  }

  /** The one value of a scalar dataset, or the first of a longer one; undefined when it holds none. */
  scalar(): string | number | bigint | undefined {
    if (this.isNull || this.storedShape.includes(0)) return undefined;
    return this.read(this.storedShape.map(() => [0, 1] as const))[0];
  }

  /** Writes values into a slice; their number must fit it. Not for variable-length text. */
  write(values: Values, slice?: Slice): void {
    const chosen = selection(this.storedShape, slice, this.where);
    const bytes = this.encode(values, chosen);
    let position = 0;
    for (const block of blocks(chosen, this.itemSize, this.chunks)) {
      const length = block.count.reduce((product, n) => product * n, this.itemSize);
      const part = bytes.subarray(position, position + length);
      position += length;
      const { value, report } = attempt((module) => {
        const pointer = scratchBuffer(length);
        module.HEAPU8.set(part, pointer);
        return module.set_dataset_data(this.fileId, this.path, big(block.count), big(block.offset), big(block.count.map(() => 1)), BigInt(pointer));
      });
      if (value === undefined || value < 0) throw new Hdf5Error('HDF5_WRITE', this.where, `The values cannot be written: ${cause(report)}`);
    }
  }

  /** Appends rows along the first axis; the dataset must have been created resizable. */
  append(values: Values): void {
    const [rows = 0, ...entry] = this.storedShape;
    const size = entry.reduce((product, length) => product * length, 1);
    const added = values.length / size;
    if (size === 0 || !Number.isInteger(added)) throw new Hdf5Error('HDF5_RANGE', this.where, `${values.length} values are not whole rows of ${size}`);
    if (added === 0) return;
    this.resize(rows + added);
    this.write(values, [[rows, rows + added]]);
  }

  /** Sets the length of the first axis. */
  resize(rows: number): void {
    const shape = [rows, ...this.storedShape.slice(1)];
    const { value, report } = attempt((module) => module.resize_dataset(this.fileId, this.path, big(shape)));
    this.described = undefined;
    if (value === undefined || value < 0) throw new Hdf5Error('HDF5_WRITE', this.where, `The dataset cannot be resized (was it created resizable?): ${cause(report)}`);
  }

  private encode(values: Values, chosen: Block): Uint8Array {
    const { type } = this.description;
    const wanted = chosen.count.reduce((product, length) => product * length, 1);
    if (values.length !== wanted) throw new Hdf5Error('HDF5_RANGE', this.where, `${values.length} values given, the slice holds ${wanted}`);
    if (Array.isArray(values)) {
      if (type.text !== 'fixed') throw new Hdf5Error('HDF5_UNSUPPORTED', this.where, 'Strings can be written into fixed-length text only');
      return encodeText(values, type.itemSize);
    }
    const given = dtypeOf(values);
    if (given !== type.dtype && !(type.dtype === 'bool' && given === 'uint8')) {
      throw new Hdf5Error('HDF5_UNSUPPORTED', this.where, `The values are ${given}, the dataset is ${type.dtype}: convert them first`);
    }
    return new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);
  }

  private byteLength(chosen: Block): number {
    const { type } = this.description;
    if (!isBinary(type)) throw new Hdf5Error('HDF5_UNSUPPORTED', this.where, `Data of type ${type.dtype} cannot be read as numbers`);
    return this.isNull ? 0 : chosen.count.reduce((product, length) => product * length, type.itemSize);
  }

  private allocate(bytes: number): Uint8Array {
    try {
      return new Uint8Array(bytes);
    } catch {
      throw new Hdf5Error('HDF5_TOO_LARGE', this.where, `${bytes} bytes do not fit into memory: read a slice`);
    }
  }

  /** The dataset as it lies in the file; undefined where the library reads it. */
  private get direct(): DirectDataset | undefined {
    return this.description.direct?.dataset;
  }

  private fill(chosen: Block, target: Uint8Array): void {
    this.requireOpen();
    if (this.isNull) return;
    if (this.direct && this.directly((dataset) => dataset.readInto(target, chosen))) return;
    let position = 0;
    for (const block of blocks(chosen, this.itemSize, this.chunks)) {
      const length = block.count.reduce((product, n) => product * n, this.itemSize);
      this.readBlock(block, length, (heap, pointer) => target.set(heap.subarray(pointer, pointer + length), position));
      position += length;
    }
    if (this.description.type.swapped) swapBytes(this.dtype, target.subarray(0, position));
  }

  /** Whether the work could be done past the library. */
  private directly(work: (dataset: DirectDataset) => void): boolean {
    const dataset = this.direct!;
    if (this.file.ask(() => (work(dataset), true))) return true;
    // Damaged, or not as it was taken to be: the library reads it, or says what is wrong.
    this.described = ofLibrary(this.fileId, this.path, this.where);
    return false;
  }

  private readText(chosen: Block, type: StoredType): string[] {
    const strings: string[] = [];
    this.requireOpen();
    if (this.isNull) return strings;
    const { direct } = this.description;
    let texts: string[] | undefined;
    if (direct && this.directly(() => (texts = textsOf(direct, chosen)))) return texts!;
    for (const block of blocks(chosen, type.itemSize, this.chunks, 1024 * 1024)) {
      const count = block.count.reduce((product, n) => product * n, 1);
      this.readBlock(block, count * type.itemSize, (heap, pointer) => {
        if (type.text === 'variable') {
          for (const text of textAt(library().module, pointer, count)) strings.push(text);
          library().module.reclaim_vlen_memory_count(this.fileId, this.path, '', BigInt(pointer), big(block.count));
        } else {
          for (let i = 0; i < count; i += 1) strings.push(decodeFixed(heap.subarray(pointer + i * type.itemSize, pointer + (i + 1) * type.itemSize), type.padding));
        }
      });
    }
    return strings;
  }

  private readBlock(block: Block, bytes: number, use: (heap: Uint8Array, pointer: number) => void): void {
    const { value, report } = attempt((module) => {
      const pointer = scratchBuffer(bytes);
      const status = module.get_dataset_data(this.fileId, this.path, big(block.count), big(block.offset), big(block.count.map(() => 1)), BigInt(pointer));
      if (status >= 0) use(module.HEAPU8, pointer);
      return status;
    });
    if (value !== undefined && value >= 0) return;
    const filter = /required filter '([^']*)'/.exec(report)?.[1];
    if (filter !== undefined) throw new Hdf5Error('HDF5_FILTER', this.where, `The data is compressed with ${filter || 'a filter'} that has no decoder here: repack it with gzip`);
    throw new Hdf5Error('HDF5_READ', this.where, `The values cannot be read: ${cause(report)}`);
  }
}

/** Zero-padded UTF-8 entries of `length` bytes, cut between characters where a string is longer. */
export function encodeText(values: readonly string[], length: number): Uint8Array {
  const bytes = new Uint8Array(values.length * length);
  const encoder = new TextEncoder();
  values.forEach((text, i) => encoder.encodeInto(text, bytes.subarray(i * length, (i + 1) * length)));
  return bytes;
}

function big(values: readonly number[]): bigint[] {
  return values.map(BigInt);
}

/** The shape of a dataset of another file, or what is wrong with it. */
function lookAt(path: string, inside: string): readonly number[] | string {
  const handle = openedOr(path);
  if (typeof handle === 'string') return `${path} cannot be opened: ${handle}`;
  try {
    const { shape } = new Hdf5Dataset(handle, inside.startsWith('/') ? inside : `/${inside}`);
    return shape;
  } catch (error) {
    return `${path} has no dataset ${inside} that can be read: ${(error as Error).message}`;
  } finally {
    handle.close();
  }
}

function openedOr(path: string): FileHandle | string {
  try {
    return new FileHandle(path, 'r');
  } catch (error) {
    return (error as Error).message;
  }
}
