import type { DirectDescription } from './direct/direct-file.ts';
import { Hdf5Error } from './hdf5-error.ts';
import { attempt, cause } from './library.ts';
import type { Block } from './read-plan.ts';
import { decodeFixed, storedType, type StoredType } from './types.ts';

/** What is known of a dataset before its values are read. */
export interface Description {
  readonly type: StoredType;
  /** Null: a type without a single value. */
  readonly shape: number[] | null;
  readonly maxShape: number[];
  readonly chunks: number[] | null;
  readonly virtual: { file: string; path: string }[];
  /** Absent where the library reads it. */
  readonly direct?: DirectDescription;
}

/** A dataset as the library describes it. Errors: HDF5_READ. */
export function ofLibrary(fileId: bigint, path: string, where: string): Description {
  const { value, report } = attempt((module) => module.get_dataset_metadata(fileId, path));
  if (!value) throw new Hdf5Error('HDF5_READ', where, `The dataset cannot be described: ${cause(report)}`);
  const { shape, chunks, maxshape, virtual_sources: sources } = value;
  const virtual = (sources ?? []).map((source) => ({ file: source.file_name, path: source.dset_name }));
  return { type: storedType(value), shape, maxShape: (maxshape ?? []).map((length) => (length >= Number.MAX_SAFE_INTEGER ? Infinity : length)), chunks, virtual };
}

/** A dataset as it lies in the file. */
export function ofFile(direct: DirectDescription): Description {
  const { element, shape, maxShape, chunks } = direct;
  return { type: element.type, shape: shape && [...shape], maxShape: [...maxShape], chunks: chunks && [...chunks], virtual: [], direct };
}

/** Texts of variable length lie apart from the elements that name their places. */
export function textsOf({ element, dataset, texts }: DirectDescription, chosen: Block): string[] {
  const count = chosen.count.reduce((product, n) => product * n, 1);
  const bytes = Buffer.alloc(count * element.storedBytes);
  dataset.readInto(bytes, chosen);
  if (element.type.text === 'variable') return texts.texts(bytes);
  return Array.from({ length: count }, (_, i) => decodeFixed(bytes.subarray(i * element.storedBytes, (i + 1) * element.storedBytes), element.type.padding));
}
