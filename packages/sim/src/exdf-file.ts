/** Writes one data file of a European XFEL run, format 1.3. */
import { openHdf5, viewOf } from '@trainyard/hdf5';
import type { Hdf5Dataset, Hdf5File, NumericArray } from '@trainyard/hdf5';

/** What the file says about itself in METADATA. */
export interface ExdfHeader {
  readonly proposal: number;
  readonly run: number;
  readonly sequence: number;
  /** Nanoseconds since 1970. */
  readonly created: bigint;
}

/** Rows with fewer bytes than this are collected and written at the end: an HDF5 call each would take longer than the data. */
const LARGE_ROW = 2048;

/** One dataset of the file while it grows. */
interface Column {
  readonly path: string;
  readonly entry: readonly number[];
  readonly unit: string;
  readonly large: Hdf5Dataset | undefined;
  readonly parts: NumericArray[];
}

interface Control {
  readonly column: Column;
  readonly timestamps: bigint[];
}

/** A file under construction: for each train `startTrain`, then its `control` and `instrument` values; then `close`. */
export class ExdfFile {
  readonly #file: Hdf5File;
  readonly #header: ExdfHeader;
  readonly #trainIds: bigint[] = [];
  readonly #trainTimes: bigint[] = [];
  readonly #controls = new Map<string, Control>();
  readonly #columns = new Map<string, Column>();
  /** `SOURCE/group` -> entries of each train. */
  readonly #counts = new Map<string, number[]>();
  /** Former source name -> present one. */
  readonly #legacy = new Map<string, string>();

  constructor(file: Hdf5File, header: ExdfHeader) {
    this.#file = file;
    this.#header = header;
  }

  static async create(path: string, header: ExdfHeader): Promise<ExdfFile> {
    return new ExdfFile(await openHdf5(path, 'w'), header);
  }

  startTrain(trainId: number, timestamp: bigint): void {
    this.#trainIds.push(BigInt(trainId));
    this.#trainTimes.push(timestamp);
  }

  /** A slow property: one row in this train. `changedAt`: since when it has had this value, ns since 1970. */
  control(device: string, key: string, value: NumericArray, changedAt: bigint, unit: string): void {
    const path = `${device}/${key.replaceAll('.', '/')}`;
    let control = this.#controls.get(path);
    if (control === undefined) {
      control = { column: { path, entry: [], unit, large: undefined, parts: [] }, timestamps: [] };
      this.#controls.set(path, control);
    }
    control.column.parts.push(value);
    control.timestamps.push(changedAt);
  }

  /** Fast data: as many rows of shape `entry` as `values` holds. The key's first part is the index group, whose keys all have the same number of rows. */
  instrument(source: string, key: string, entry: readonly number[], values: NumericArray, unit: string): void {
    const group = `${source}/${key.slice(0, key.indexOf('.'))}`;
    const path = `INSTRUMENT/${source}/${key.replaceAll('.', '/')}`;
    const size = entry.reduce((product, length) => product * length, 1);
    let column = this.#columns.get(path);
    if (column === undefined) {
      const isLarge = size * values.BYTES_PER_ELEMENT >= LARGE_ROW;
      const large = isLarge ? this.#file.createDataset(path, { dtype: dtypeName(values), shape: [0, ...entry], chunks: [1, ...entry], resizable: true }) : undefined;
      column = { path, entry, unit, large, parts: [] };
      this.#columns.set(path, column);
    }
    if (column.large) column.large.append(values);
    else column.parts.push(values);
    const counts = this.#counts.get(group) ?? [];
    counts[this.#trainIds.length - 1] = values.length / size;
    this.#counts.set(group, counts);
  }

  /** Gives a source a second, former name by soft links, as real files do since calibrated data changed its names. */
  legacyName(source: string, former: string): void {
    this.#legacy.set(former, source);
  }

  /** Writes all that was collected, and what the file says about itself. */
  close(): void {
    this.#writeIndex();
    for (const control of this.#controls.values()) this.#writeControl(control);
    for (const column of this.#columns.values()) this.#writeColumn(column);
    for (const [former, source] of this.#legacy) {
      for (const section of ['INDEX', 'INSTRUMENT']) this.#file.softLink(`${section}/${former}`, `/${section}/${source}`);
    }
    this.#writeMetadata();
    this.#file.createGroup('RUN'); // there even when nothing is in it
    this.#file.close();
  }

  /** Closes the file as it is, for one that will be removed. */
  abandon(): void {
    this.#file.close();
  }

  #writeIndex(): void {
    const n = this.#trainIds.length;
    this.#column('INDEX/trainId', BigUint64Array.from(this.#trainIds));
    this.#column('INDEX/timestamp', BigUint64Array.from(this.#trainTimes));
    this.#column('INDEX/flag', new Int32Array(n).fill(1)); // 1: the train ID is from the time server
    this.#column('INDEX/origin', new Int32Array(n).fill(-1));
    for (const device of this.#devices()) {
      this.#column(`INDEX/${device}/first`, BigUint64Array.from({ length: n }, (_, i) => BigInt(i)));
      this.#column(`INDEX/${device}/count`, new BigUint64Array(n).fill(1n));
    }
    for (const [group, counts] of this.#counts) {
      const first = new BigUint64Array(n);
      const count = new BigUint64Array(n);
      const trainIds: bigint[] = [];
      for (let i = 0; i < n; i++) {
        const rows = counts[i] ?? 0;
        first[i] = BigInt(trainIds.length);
        count[i] = BigInt(rows);
        for (let row = 0; row < rows; row++) trainIds.push(this.#trainIds[i]);
      }
      this.#column(`INDEX/${group}/first`, first);
      this.#column(`INDEX/${group}/count`, count);
      this.#column(`INSTRUMENT/${group}/trainId`, BigUint64Array.from(trainIds));
    }
  }

  #writeControl({ column, timestamps }: Control): void {
    const values = join(column.parts);
    for (const [section, rows] of [['CONTROL', values.length], ['RUN', 1]] as const) {
      this.#column(`${section}/${column.path}/value`, values.subarray(0, rows));
      this.#column(`${section}/${column.path}/timestamp`, BigUint64Array.from(timestamps.slice(0, rows)));
      this.#setUnit(`${section}/${column.path}`, column.unit);
    }
  }

  #writeColumn({ path, entry, unit, large, parts }: Column): void {
    if (!large) {
      const values = join(parts);
      const size = entry.reduce((product, length) => product * length, 1);
      const shape = [values.length / size, ...entry];
      this.#file.createDataset(path, { data: values, shape, chunks: shape, resizable: true });
    }
    this.#setUnit(path, unit);
  }

  #writeMetadata(): void {
    const { proposal, run, sequence, created } = this.#header;
    const groups = [...this.#counts.keys()];
    const former = [...this.#legacy].flatMap(([name, source]) => groups.filter((group) => group.startsWith(`${source}/`)).map((group) => group.replace(source, name)));
    const all = [...[...this.#devices()].map((device) => ['CONTROL', device] as const), ...[...groups, ...former].map((group) => ['INSTRUMENT', group] as const)];
    this.#text('dataSources/root', all.map(([root]) => root));
    this.#text('dataSources/deviceId', all.map(([, id]) => id));
    this.#text('dataSources/dataSourceId', all.map(([root, id]) => `${root}/${id}`));
    const date = new Date(Number(created / 1_000_000n)).toISOString().replace(/[-:]|\.\d+/g, '');
    this.#text('dataFormatVersion', ['1.3']);
    this.#text('creationDate', [date]);
    this.#text('updateDate', [date]);
    this.#text('daqLibrary', ['trainyard-sim']);
    this.#text('karaboFramework', ['none: simulated']);
    this.#text('runType', ['Simulated']);
    this.#text('sample', ['LaB6 powder']);
    this.#column('METADATA/proposalNumber', Uint32Array.of(proposal));
    this.#column('METADATA/runNumber', Uint32Array.of(run));
    this.#column('METADATA/sequenceNumber', Uint32Array.of(sequence));
  }

  #devices(): Set<string> {
    // A control path is DEVICE/key: a device has three parts.
    return new Set([...this.#controls.keys()].map((path) => path.split('/').slice(0, 3).join('/')));
  }

  #column(path: string, data: NumericArray): void {
    this.#file.createDataset(path, { data, chunks: [data.length], resizable: true });
  }

  #text(name: string, data: string[]): void {
    this.#file.createDataset(`METADATA/${name}`, { data, variableText: true });
  }

  /** Units as Karabo stores them: the unit and its metric prefix apart, on the group of a slow property or the dataset of fast data. */
  #setUnit(path: string, unit: string): void {
    const known = UNITS[unit];
    const object = this.#file.get(path);
    if (known) for (const [name, value] of Object.entries(known)) object?.setAttribute(name, value);
  }
}

const UNITS: Record<string, Record<string, string>> = {
  uJ: { unitName: 'joule', unitSymbol: 'J', metricPrefixName: 'micro', metricPrefixSymbol: 'u' },
  mm: { unitName: 'metre', unitSymbol: 'm', metricPrefixName: 'milli', metricPrefixSymbol: 'm' },
  ADU: { unitName: 'analog-digital unit', unitSymbol: 'ADU' },
  photons: { unitName: 'photons', unitSymbol: 'photons' },
};

function dtypeName(values: NumericArray): string {
  return values.constructor.name.replace(/^Big/, '').replace(/Array$/, '').toLowerCase();
}

/** One array of the parts' type with all their values. */
function join(parts: readonly NumericArray[]): NumericArray {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    all.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  return viewOf(dtypeName(parts[0]), all);
}
