import { viewOf, type Hdf5Dataset, type Slice } from '@trainyard/hdf5';
import { ExdfError } from './exdf-error.ts';
import type { RunFile } from './file/run-file.ts';
import { goneOr } from './open/gone.ts';
import type { RowPlan, RowRange } from './row-plan.ts';
import type { KeyRows, MissingTrains, ReadOptions } from './run.ts';

/** A key inside files: the path of its datasets, and `SOURCE[KEY]` for messages. */
export interface KeyPlace {
  readonly path: string;
  readonly shown: string;
}

/** What all entries of a key have in common. */
export interface KeyType {
  readonly dtype: string;
  readonly entryShape: readonly number[];
  /** Axes of an entry that belong to the element type itself; nearly always none. */
  readonly innerAxes: number;
  /** Undefined for text. */
  readonly entryBytes: number | undefined;
  readonly itemBytes: number;
}

/** The type of a key, from the first file that has it. Errors: EXDF_TYPE. */
export function typeOf({ path, shown }: KeyPlace, files: readonly RunFile[]): KeyType {
  // Only as many files as needed: opening another may close the first.
  const dataset = files.find((file) => file.dataset(path))?.dataset(path);
  if (!dataset) throw new ExdfError('EXDF_TYPE', shown, 'No file holds this key');
  const { dtype, innerShape } = dataset;
  if (dtype === 'object') throw new ExdfError('EXDF_TYPE', shown, 'Values of this type (references or lists of varying length) cannot be read');
  const entryShape = dataset.shape.slice(1);
  const outer = entryShape.slice(0, entryShape.length - innerShape.length);
  const entryBytes = dtype === 'str' ? undefined : product(outer) * dataset.itemSize;
  return { dtype, entryShape, innerAxes: innerShape.length, entryBytes, itemBytes: dataset.itemSize };
}

/** The dataset in one file, checked against the index and, for whole reads, against the type of the key. Errors: EXDF_INDEX, EXDF_MIXED. */
export function datasetFor({ path, shown }: KeyPlace, file: RunFile, first: number, count: number, type?: KeyType): Hdf5Dataset {
  const dataset = file.dataset(path);
  if (!dataset) throw new ExdfError('EXDF_INDEX', `${file.path}:${shown}`, 'The index has entries, the data is not there: the file is incomplete');
  const { shape } = dataset;
  if (first + count > (shape[0] ?? 0)) {
    throw new ExdfError('EXDF_INDEX', `${file.path}:${shown}`, `The index points at rows ${first} to ${first + count - 1}, the data has ${shape[0] ?? 0}: the file is incomplete`);
  }
  if (type && (dataset.dtype !== type.dtype || String(shape.slice(1)) !== String(type.entryShape))) {
    const was = `${type.dtype} [${type.entryShape.join(', ')}]`;
    throw new ExdfError('EXDF_MIXED', `${file.path}:${shown}`, `Entries change from ${was} to ${dataset.dtype} [${shape.slice(1).join(', ')}]: read it train by train`);
  }
  return dataset;
}

/** Reads what a file should have, and says by name when the file has gone since. */
export function haveRows<T>(file: RunFile, work: () => T): T {
  return goneOr(file.path, work);
}

/** Why rows cannot be had: a file of a virtual dataset is not there. Undefined when they can. */
export function absentReason(dataset: Hdf5Dataset, first: number, count: number): string | undefined {
  return dataset.absentParts().find(({ rows }) => rows === undefined || (rows[0] < first + count && rows[1] > first))?.reason;
}

/** Reads all rows of a plan; those of which the file is not there are left out and said. Errors: EXDF_INDEX, EXDF_MIXED, EXDF_TYPE, EXDF_GONE. */
export function readRows(place: KeyPlace, plan: RowPlan, type: KeyType, { roi, into }: ReadOptions): KeyRows {
  const entryShape = roi ? roiShape(place, type, roi) : [...type.entryShape];
  const { parts, missing, rows } = partsOf(place, plan, type);
  const bytes = type.entryBytes === undefined ? undefined : product(entryShape.slice(0, entryShape.length - type.innerAxes)) * type.itemBytes;
  const target = bytes === undefined ? undefined : room(place, rows * bytes, into);
  const trainIds: number[] = [];
  const texts: string[] = [];
  let position = 0;
  for (const { range, trains } of parts) {
    // Asked for again: of many files, the first may be closed by now.
    const dataset = datasetFor(place, range.file, range.first, range.count);
    for (const { trainId, count } of trains) for (let i = 0; i < count; i++) trainIds.push(trainId);
    const slice: Slice = [[range.first, range.first + range.count], ...(roi ?? [])];
    haveRows(range.file, () => {
      if (target) position += dataset.readInto(target.subarray(position, position + range.count * bytes!), slice);
      else for (const text of dataset.read(slice)) texts.push(text as string);
    });
  }
  return { dtype: type.dtype, shape: [rows, ...entryShape], data: target ? viewOf(type.dtype, target) : texts, trainIds, ...(missing.length > 0 && { missing }) };
}

interface Part {
  readonly range: RowRange;
  readonly trains: readonly { readonly trainId: number; readonly count: number }[];
}

/** The ranges that can be read, and the trains that cannot. */
function partsOf(place: KeyPlace, plan: RowPlan, type: KeyType): { parts: Part[]; missing: MissingTrains[]; rows: number } {
  const parts: Part[] = [];
  const missing = new Map<string, number[]>();
  for (const range of plan.ranges) {
    const dataset = datasetFor(place, range.file, range.first, range.count, type);
    const trains = [...plan.trainsOf(range)];
    if (dataset.absentParts().length === 0) {
      parts.push({ range, trains });
      continue;
    }
    for (const { trainId, first, count } of trains) {
      const reason = absentReason(dataset, first, count);
      if (reason === undefined) parts.push({ range: { ...range, first, count }, trains: [{ trainId, count }] });
      else missing.set(reason, [...(missing.get(reason) ?? []), trainId]);
    }
  }
  const rows = parts.reduce((sum, { range }) => sum + range.count, 0);
  return { parts, missing: Array.from(missing, ([reason, trainIds]) => ({ trainIds, reason })), rows };
}

function roiShape({ shown }: KeyPlace, { dtype, entryShape, innerAxes }: KeyType, roi: Slice): number[] {
  if (roi.length > entryShape.length - innerAxes) throw new ExdfError('EXDF_SELECT', shown, `The region has ${roi.length} axes, an entry ${entryShape.length}`);
  if (dtype.startsWith('[')) throw new ExdfError('EXDF_SELECT', shown, 'Records are read whole');
  return entryShape.map((length, axis) => {
    const range = roi[axis];
    if (!range) return length;
    const [start, stop] = range;
    if (!(start >= 0 && start <= stop && stop <= length)) throw new ExdfError('EXDF_SELECT', shown, `The region ${start}:${stop} of axis ${axis} does not lie in the ${length} values there`);
    return stop - start;
  });
}

function room({ shown }: KeyPlace, bytes: number, into: Uint8Array | undefined): Uint8Array {
  if (into) {
    if (into.byteLength < bytes) throw new ExdfError('EXDF_SELECT', shown, `The rows take ${bytes} bytes, the buffer has ${into.byteLength}`);
    return into.subarray(0, bytes);
  }
  try {
    return new Uint8Array(bytes);
  } catch {
    throw new ExdfError('EXDF_TYPE', shown, `${bytes} bytes do not fit into memory: read it train by train`);
  }
}

function product(shape: readonly number[]): number {
  return shape.reduce((result, length) => result * length, 1);
}
