import { ARRAYS, type NumericArray } from '@trainyard/hdf5';
import { ExdfError } from './exdf-error.ts';
import type { Run, RunKey } from './run.ts';

/** A key of a table, by the names of source and key; patterns are for `select`. */
export type TableKey = readonly [source: string, key: string] | RunKey;

/**
 * One value a train, in the layout of Apache Arrow: values one after the other, and which of them are there. Where a value is missing there is NaN, zero or
 * an empty text.
 */
export interface Column {
  /** `SOURCE/KEY`, `.value` omitted; of a key with an axis `SOURCE/KEY[0]` and so on. */
  readonly name: string;
  readonly dtype: string;
  readonly units: string | undefined;
  readonly data: NumericArray | string[];
  /** 1 where the train has a value. */
  readonly valid: Uint8Array;
}

/** Columns in the order asked for; a row for each train of which at least one key has a value, by train ID. */
export interface Table {
  readonly trainIds: number[];
  readonly columns: ReadonlyMap<string, Column>;
}

/** Most values of one entry that become columns of their own. */
const MOST_COLUMNS = 10_000;

/** Errors: EXDF_NO_SOURCE, EXDF_NO_KEY; EXDF_TABLE for a key with several entries in one train, or with entries of several axes. */
export function tableOf(run: Run, keys: readonly TableKey[]): Table {
  const read = keys.map((one) => (isKey(one) ? one : run.key(one[0], one[1]))).map((key) => ({ key, rows: key.read() }));
  const all = run.trainIds;
  const used = new Uint8Array(all.length);
  for (const { rows } of read) for (const place of placesIn(all, rows.trainIds)) used[place] = 1;
  const trainIds = used.includes(0) ? all.filter((_, i) => used[i] === 1) : [...all];
  const columns = new Map<string, Column>();
  for (const { key, rows } of read) {
    const at = placesIn(trainIds, rows.trainIds);
    refuseSeveral(key, trainIds, at);
    for (const column of columnsOf(key, rows.data, at, trainIds.length)) columns.set(column.name, column);
  }
  return { trainIds, columns };
}

/** Where each of some train IDs stands in a sorted list that has them all; nearly always they follow each other. */
function placesIn(sorted: readonly number[], ids: readonly number[]): Int32Array {
  const places = new Int32Array(ids.length);
  let next = 0;
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    if (sorted[next] !== id) next = lowerBound(sorted, id);
    places[i] = next++;
  }
  return places;
}

function lowerBound(sorted: readonly number[], id: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (sorted[middle]! < id) from = middle + 1;
    else to = middle;
  }
  return from;
}

function refuseSeveral(key: RunKey, trainIds: readonly number[], at: Int32Array): void {
  const seen = new Uint8Array(trainIds.length);
  for (const place of at) {
    if (seen[place]) throw new ExdfError('EXDF_TABLE', `${key.source}[${key.name}]`, `Train ${trainIds[place]} has several entries: a table has one row a train`);
    seen[place] = 1;
  }
}

function columnsOf(key: RunKey, data: NumericArray | string[], at: Int32Array, rows: number): Column[] {
  const { dtype, entryShape } = key;
  const [width = 1] = entryShape;
  if (entryShape.length > 1 || width > MOST_COLUMNS || !(dtype === 'str' || dtype in ARRAYS)) throw new ExdfError('EXDF_TABLE', `${key.source}[${key.name}]`, `Entries of ${dtype} [${entryShape.join(', ')}] do not fit into columns: read the key by itself`);
  const name = `${key.source}/${key.name.replace(/\.value$/, '')}`;
  const valid = new Uint8Array(rows);
  for (const place of at) valid[place] = 1;
  const whole = at.length === rows && width === 1 && at.every((place, i) => place === i);
  return Array.from({ length: width }, (_, i) => {
    const values = whole ? data : spread(data, dtype, at, rows, width, i);
    // Units are attributes, which cost as much as all the rest: they are read when asked for.
    return { name: entryShape.length ? `${name}[${i}]` : name, dtype, get units() { return key.units; }, data: values, valid };
  });
}

/** Element `i` of each entry, at the rows of their trains. */
function spread(data: NumericArray | string[], dtype: string, at: Int32Array, rows: number, width: number, i: number): NumericArray | string[] {
  const values: { [row: number]: number | bigint | string } = Array.isArray(data) ? Array.from({ length: rows }, () => '') : new ARRAYS[dtype as keyof typeof ARRAYS](rows);
  if (dtype.startsWith('float')) (values as unknown as Float64Array).fill(Number.NaN);
  for (let row = 0; row < at.length; row++) values[at[row]!] = data[row * width + i]!;
  return values as unknown as NumericArray | string[];
}

function isKey(one: TableKey): one is RunKey {
  return 'readTrain' in one;
}
