import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openHdf5, type Hdf5File, type NumericArray } from '@trainyard/hdf5';

/** The entries of one key in one train. */
export interface TrainKey {
  readonly source: string;
  readonly kind: 'control' | 'instrument';
  /**
   * As `RunKey.name`: of a control source with `.value` or without; of an instrument source with at least two parts, the first of which is its index
   * group: keys of one group have the same number of entries.
   */
  readonly key: string;
  /** How many entries the train has; of a control source 1. */
  readonly count: number;
  readonly entryShape: readonly number[];
  /** All entries in C order; texts for `str`. */
  readonly data: NumericArray | readonly string[];
}

export interface TrainToWrite {
  readonly trainId: number;
  /** Nanoseconds since 1970. */
  readonly timestamp: bigint;
  readonly keys: readonly TrainKey[];
}

/**
 * Writes trains as a run folder, format 1.3, which `openRun` and EXtra-data read: one file (a sequence) for each, so that shapes may differ from
 * train to train. The folder is made; files of the same names are replaced. Booleans are stored as uint8, as the facility has them; float16 cannot
 * be stored. Errors: those of `@trainyard/hdf5`.
 */
export async function writeTrains(folder: string, trains: readonly TrainToWrite[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [sequence, train] of trains.entries()) {
    const file = await openHdf5(join(folder, `RAW-R0001-DA01-S${String(sequence).padStart(5, '0')}.h5`), 'w');
    try {
      writeTrain(file, train, sequence);
    } finally {
      file.close();
    }
  }
}

function writeTrain(file: Hdf5File, { trainId, timestamp, keys }: TrainToWrite, sequence: number): void {
  file.createDataset('INDEX/trainId', { data: BigUint64Array.of(BigInt(trainId)) });
  file.createDataset('INDEX/timestamp', { data: BigUint64Array.of(timestamp) });
  file.createDataset('INDEX/flag', { data: Int32Array.of(1) }); // 1: the train ID is from the time server
  file.createDataset('INDEX/origin', { data: Int32Array.of(-1) });
  const roots = new Map<string, 'CONTROL' | 'INSTRUMENT'>();
  for (const one of keys) {
    if (one.kind === 'control') writeControl(file, one, timestamp);
    else writeInstrument(file, one, trainId, roots.has(groupOf(one)));
    if (roots.has(groupOf(one))) continue;
    roots.set(groupOf(one), one.kind === 'control' ? 'CONTROL' : 'INSTRUMENT');
    file.createDataset(`INDEX/${groupOf(one)}/first`, { data: BigUint64Array.of(0n) });
    file.createDataset(`INDEX/${groupOf(one)}/count`, { data: BigUint64Array.of(BigInt(one.count)) });
  }
  writeMetadata(file, [...roots], timestamp, sequence);
  file.createGroup('RUN'); // there even when nothing is in it
}

/** What has one index: a control source, or a part of an instrument source. */
function groupOf({ source, kind, key }: TrainKey): string {
  return kind === 'control' ? source : `${source}/${key.split('.')[0]!}`;
}

function writeControl(file: Hdf5File, one: TrainKey, timestamp: bigint): void {
  const isTimestamp = one.key.endsWith('.timestamp');
  const base = `${one.source}/${one.key.replace(/\.(value|timestamp)$/, '').replaceAll('.', '/')}`;
  for (const section of ['CONTROL', 'RUN']) {
    writeData(file, `${section}/${base}/${isTimestamp ? 'timestamp' : 'value'}`, one);
    if (!isTimestamp && !file.has(`${section}/${base}/timestamp`)) file.createDataset(`${section}/${base}/timestamp`, { data: BigUint64Array.of(timestamp) });
  }
}

function writeInstrument(file: Hdf5File, one: TrainKey, trainId: number, hasGroup: boolean): void {
  writeData(file, `INSTRUMENT/${one.source}/${one.key.replaceAll('.', '/')}`, one);
  if (hasGroup || one.key.endsWith('.trainId')) return;
  file.createDataset(`INSTRUMENT/${groupOf(one)}/trainId`, { data: new BigUint64Array(one.count).fill(BigInt(trainId)) });
}

function writeData(file: Hdf5File, path: string, { count, entryShape, data }: TrainKey): void {
  if (file.has(path)) return;
  const shape = [count, ...entryShape];
  file.createDataset(path, Array.isArray(data) ? { data: data as string[], shape } : { data: data as NumericArray, shape });
}

function writeMetadata(file: Hdf5File, roots: readonly (readonly [string, string])[], timestamp: bigint, sequence: number): void {
  const text = (name: string, data: string[]): void => void file.createDataset(`METADATA/${name}`, { data, variableText: true });
  const date = new Date(Number(timestamp / 1_000_000n)).toISOString().replace(/[-:]|\.\d+/g, '');
  // At least one entry: a list of nothing cannot be stored, and an empty name stands for none.
  const sources = roots.length ? roots : [['', ''] as const];
  text('dataSources/root', sources.map(([, root]) => root));
  text('dataSources/deviceId', sources.map(([id]) => id));
  text('dataSources/dataSourceId', sources.map(([id, root]) => (root === '' ? '' : `${root}/${id}`)));
  for (const [name, value] of Object.entries({ dataFormatVersion: '1.3', creationDate: date, updateDate: date, daqLibrary: 'trainyard', karaboFramework: 'none', runType: 'Frozen', sample: '' })) text(name, [value]);
  for (const [name, value] of Object.entries({ proposalNumber: 900_001, runNumber: 1, sequenceNumber: sequence })) file.createDataset(`METADATA/${name}`, { data: Uint32Array.of(value) });
}
