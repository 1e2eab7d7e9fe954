import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { openHdf5, type NumericArray } from '@trainyard/hdf5';

/** One index group with its keys, as it is to be stored. */
export interface GroupSpec {
  readonly section?: 'CONTROL' | 'INSTRUMENT' | 'REDUCTION' | 'ERRATA';
  readonly source: string;
  /** Index group; none for control sources. */
  readonly group?: string;
  readonly first: readonly number[];
  readonly count: readonly number[];
  /** Key with dots -> rows; `shape`: of one entry. */
  readonly keys: Readonly<Record<string, { readonly data: NumericArray | string[]; readonly shape?: readonly number[] }>>;
}

export interface FileSpec {
  /** As stored: zeros stay. */
  readonly trainIds: readonly number[];
  readonly flag?: readonly number[];
  readonly version?: string;
  readonly groups: readonly GroupSpec[];
  readonly run?: Readonly<Record<string, string | number>>;
}

/** Writes one file of a run in format 1.x as a test wants it, however odd. */
export async function writeFile(path: string, { trainIds, flag, version = '1.2', groups, run = {} }: FileSpec): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  const file = await openHdf5(path, 'w');
  const ids = [...groups.filter(({ section = 'INSTRUMENT' }) => section === 'CONTROL' || section === 'INSTRUMENT').map(({ section = 'INSTRUMENT', source, group }) => [section, source, group].filter((part) => part !== undefined).join('/')), ''];
  file.createDataset('METADATA/dataFormatVersion', { data: [version] });
  file.createDataset('METADATA/dataSources/dataSourceId', { data: ids });
  for (const section of ['REDUCTION', 'ERRATA']) {
    const own = groups.filter((one) => one.section === section).map(({ source, group }) => `${section}/${source}/${group}`);
    if (own.length) file.createDataset(`METADATA/auxiliarySources/${section}`, { data: own });
  }
  file.createDataset('INDEX/trainId', { data: BigUint64Array.from(trainIds, BigInt) });
  file.createDataset('INDEX/flag', { data: Int32Array.from(flag ?? trainIds.map(() => 1)) });
  file.createDataset('INDEX/timestamp', { data: BigUint64Array.from(trainIds, (id) => BigInt(id) * 100_000_000n) });
  for (const { section = 'INSTRUMENT', source, group, first, count, keys } of groups) {
    const index = group === undefined ? source : `${source}/${group}`;
    file.createDataset(`INDEX/${index}/first`, { data: BigUint64Array.from(first, BigInt) });
    file.createDataset(`INDEX/${index}/count`, { data: BigUint64Array.from(count, BigInt) });
    file.createGroup(`${section}/${source}`);
    for (const [key, { data, shape = [] }] of Object.entries(keys)) {
      const entry = shape.reduce((product, length) => product * length, 1);
      file.createDataset(`${section}/${source}/${key.replaceAll('.', '/')}`, { data, shape: [entry === 0 ? 0 : data.length / entry, ...shape] });
    }
  }
  for (const [key, value] of Object.entries(run)) file.createDataset(`RUN/${key}`, { data: typeof value === 'string' ? [value] : Float64Array.of(value) });
  file.close();
}

/** A control source with one entry a train: `v.value` is a number per train. */
export function control(source: string, values: readonly number[]): GroupSpec {
  return { section: 'CONTROL', source, first: values.map((_, i) => i), count: values.map(() => 1), keys: { 'v.value': { data: Float64Array.from(values) }, 'v.timestamp': { data: BigUint64Array.from(values, () => 5n) } } };
}

/** An instrument source: `data.x` of so many entries in each train, numbered from `from`. */
export function instrument(source: string, counts: readonly number[], from = 0): GroupSpec {
  let next = 0;
  const first = counts.map((count) => (next += count) - count);
  return { source, group: 'data', first, count: counts, keys: { 'data.x': { data: Int32Array.from({ length: next }, (_, i) => from + i) } } };
}
