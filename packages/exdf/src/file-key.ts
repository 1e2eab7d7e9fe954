import type { Hdf5Dataset } from '@trainyard/hdf5';
import type { RunFile } from './file/run-file.ts';
import { countsOf, indexGroup, type KeyHome } from './key-home.ts';
import { absentReason, datasetFor, haveRows, readRows, typeOf, type KeyPlace, type KeyType } from './read-rows.ts';
import { RowPlan } from './row-plan.ts';
import type { KeyRows, ReadOptions, RunData, RunKey, WhyMissing } from './run.ts';
import { singleValue, type SingleValue, type SingleValueOptions } from './single-value.ts';
import { unitsOf } from './units.ts';

/** A key whose entries lie in datasets of one or more files. */
export class FileKey implements RunKey {
  readonly source: string;
  readonly name: string;
  readonly #home: KeyHome;
  readonly #place: KeyPlace;
  #plan: RowPlan | undefined;
  #type: KeyType | undefined;

  constructor(home: KeyHome, name: string) {
    this.#home = home;
    this.source = home.name;
    this.name = name;
    this.#place = { path: `/${home.section}/${home.recorded}/${name.replaceAll('.', '/')}`, shown: `${home.name}[${name}]` };
  }

  get dtype(): string {
    return this.#known.dtype;
  }

  get entryShape(): number[] {
    return [...this.#known.entryShape];
  }

  get entryBytes(): number | undefined {
    return this.#known.entryBytes;
  }

  get shape(): number[] {
    return [this.#rows.rows, ...this.#known.entryShape];
  }

  get units(): string | undefined {
    return unitsOf(this.#home, this.name, this.#place.path);
  }

  counts(): { trainIds: number[]; counts: number[] } {
    return { trainIds: [...this.#home.trains.ids], counts: Array.from(countsOf(this.#home, indexGroup(this.#home, this.name))) };
  }

  rowTrainIds(): number[] {
    for (const { file, first, count } of this.#rows.ranges) datasetFor(this.#place, file, first, count);
    return this.#rows.trainIds();
  }

  read(options: ReadOptions = {}): KeyRows {
    return readRows(this.#place, this.#rows, this.#known, options);
  }

  readTrain(trainId: number): RunData | undefined {
    const found = this.rowsOf(trainId);
    if (!found) return undefined;
    const { dataset, first, count, shape } = found;
    return { dtype: dataset.dtype, shape, data: haveRows(found.file, () => dataset.read([[first, first + count]])) };
  }

  readTrainInto(trainId: number, target: Uint8Array): { dtype: string; shape: number[]; bytes: number } | undefined {
    const found = this.rowsOf(trainId);
    if (!found) return undefined;
    const { dataset, first, count, shape } = found;
    return { dtype: dataset.dtype, shape, bytes: haveRows(found.file, () => dataset.readInto(target, [[first, first + count]])) };
  }

  whyMissing(trainId: number): WhyMissing | undefined {
    const rows = this.#rows.of(trainId);
    if (rows) {
      const reason = absentReason(datasetFor(this.#place, rows.file, rows.first, rows.count), rows.first, rows.count);
      return reason === undefined ? undefined : { recorded: true, reason };
    }
    const not = (reason: string): WhyMissing => ({ recorded: false, reason });
    if (this.#home.trains.placeOf(trainId) === undefined) return not(`${this.source}: train ${trainId} is not one of the run's`);
    return not(this.#rows.hasTrain(trainId) ? `${this.#place.shown}: nothing was recorded in this train` : `${this.source}: no file of it has this train`);
  }

  asSingleValue(options?: SingleValueOptions): SingleValue {
    return singleValue(this.#place.shown, this.read(), options);
  }

  /** Where a train's entries are and the shape they have; undefined when there are none to be had. */
  rowsOf(trainId: number): { dataset: Hdf5Dataset; file: RunFile; first: number; count: number; shape: number[] } | undefined {
    const rows = this.#rows.of(trainId);
    if (!rows) return undefined;
    const { file, first, count } = rows;
    const dataset = datasetFor(this.#place, file, first, count);
    if (absentReason(dataset, first, count) !== undefined) return undefined;
    const entryShape = dataset.shape.slice(1);
    return { dataset, file, first, count, shape: count === 1 ? entryShape : [count, ...entryShape] };
  }

  get #known(): KeyType {
    this.#type ??= typeOf(this.#place, this.#home.files);
    return this.#type;
  }

  get #rows(): RowPlan {
    this.#plan ??= new RowPlan(this.#home, this.name, (file) => file.dataset(this.#place.path) !== undefined);
    return this.#plan;
  }
}

