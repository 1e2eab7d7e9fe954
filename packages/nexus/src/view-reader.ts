import { viewKinds } from '@trainyard/core';
import { Hdf5Dataset, Hdf5Group } from '@trainyard/hdf5';
import { NexusError } from './nexus-error.ts';
import type { ArrayValue, ResultValue, ResultView, RowLabels } from './result-view.ts';
import { SeriesReader, integers } from './series-reader.ts';

/** One row of a view. */
export interface ResultRow {
  readonly trainId: number;
  /** The block of 64 train IDs, of a cumulative view. */
  readonly block?: number;
  readonly value: ResultValue;
  readonly labels?: RowLabels;
}

interface AxisReader {
  readonly name: string;
  readonly unit: string | undefined;
  readonly dimension: number;
  /** All rows' coordinates, or a reader with one row each. */
  readonly values: Float64Array | SeriesReader;
}

/** Reads the group of one view. */
export class ViewReader {
  readonly view: ResultView;
  readonly trainIds: Float64Array;
  readonly rows: number;
  readonly #group: Hdf5Group;
  #plain: SeriesReader | undefined;
  #named: Map<string, SeriesReader> | undefined;
  #errors: SeriesReader | undefined;
  #blocks: Float64Array | undefined;
  #axes: AxisReader[] = [];
  #unit: string | undefined;

  constructor(group: Hdf5Group, groupName: string, name: string) {
    this.#group = group;
    const text = (key: string): string | undefined => {
      const value = group.attribute(key);
      return typeof value === 'string' ? value : undefined;
    };
    const kind = text('kind');
    if (!isViewKind(kind) || !group.has('trainId') || !group.has('outcome')) throw new NexusError('NEXUS_NOT_RESULTS', group.where, 'This group is not the result of a view');
    const [title, unit, hash, window] = [text('title'), text('unit'), text('hash'), group.attribute('window')];
    this.view = {
      id: `${groupName}/${name}`, group: groupName, name, kind,
      stage: text('stage') === 'reduce' ? 'reduce' : 'pool',
      cumulative: Number(group.attribute('cumulative')) === 1,
      ...(title !== undefined && { title }), ...(unit !== undefined && { unit }), ...(hash !== undefined && { hash }),
      ...(window !== undefined && { window: Number(window) }),
    };
    this.trainIds = integers(group.dataset('trainId'));
    this.rows = this.trainIds.length;
    this.#open();
  }

  #open(): void {
    const group = this.#group;
    const data = group.get('data');
    if (data instanceof Hdf5Dataset) {
      this.#plain = new SeriesReader(group, 'data', '');
      const unit = data.attribute('units');
      if (typeof unit === 'string') this.#unit = unit;
    } else if (data instanceof Hdf5Group) {
      const names = data.keys();
      const places = new Set(names.flatMap((name) => ['first', 'count', 'shape'].map((place) => `${name}_${place}`)));
      const order = [data.attribute('signal'), ...listOf(data.attribute('auxiliary_signals'))].filter((name) => typeof name === 'string');
      const members = order.length > 0 ? order : names.filter((name) => !places.has(name));
      this.#named = new Map(members.map((name) => [name, new SeriesReader(data, name, `${name}_`)]));
    }
    if (group.has('errors')) this.#errors = new SeriesReader(group, 'errors', 'errors_');
    if (group.has('block')) this.#blocks = integers(group.dataset('block'));
    for (const name of group.keys()) {
      const member = group.get(name);
      const dimension = member instanceof Hdf5Dataset ? member.attribute('axis') : undefined;
      if (!(member instanceof Hdf5Dataset) || dimension === undefined) continue;
      const unit = member.attribute('units');
      const varies = group.has(`${name}_first`) || member.shape.length > 1;
      this.#axes.push({ name, unit: typeof unit === 'string' ? unit : undefined, dimension: Number(dimension), values: varies ? new SeriesReader(group, name, `${name}_`) : (member.read() as Float64Array) });
    }
    const all = [...(this.#named?.values() ?? []), ...(this.#plain ? [this.#plain] : [])];
    if (all.some((series) => series.rows !== this.rows)) throw new NexusError('NEXUS_NOT_RESULTS', group.where, `The data do not have one row for each of the ${this.rows} entries of trainId`);
  }

  get outcomes(): Uint8Array {
    return this.#group.dataset('outcome').read() as Uint8Array;
  }

  /** One row. */
  row(row: number): ResultRow {
    const labels = this.labels(row, known);
    const block = this.#blocks?.[row];
    return { trainId: this.trainIds[row], value: this.value(row, known), ...(labels && { labels }), ...(block !== undefined && { block }) };
  }

  /** The value of a row; `as` says what becomes of a row without entries. */
  value(row: number, as: (value: ArrayValue) => ArrayValue = asStored): ResultValue {
    if (this.#plain) return this.#plain.isNumber ? this.#plain.number(row) : as(this.#plain.at(row));
    return Object.fromEntries([...(this.#named ?? [])].map(([name, series]) => [name, as(series.at(row))]));
  }

  labels(row: number, as: (value: ArrayValue) => ArrayValue = asStored): RowLabels | undefined {
    if (!this.#errors && this.#axes.length === 0 && this.#unit === undefined) return undefined;
    const axes = this.#axesOf(row);
    return {
      ...(this.#unit !== undefined && { unit: this.#unit }),
      ...(axes.length > 0 && { axes }),
      ...(this.#errors && { errors: as(this.#errors.at(row)) }),
    };
  }

  #axesOf(row: number): NonNullable<RowLabels['axes']> {
    if (this.#axes.length === 0) return [];
    const count = Math.max(...this.#axes.map((axis) => axis.dimension));
    return Array.from({ length: count }, (_, i) => {
      const axis = this.#axes.find((axis) => axis.dimension === i + 1);
      const values = axis?.values instanceof SeriesReader ? axis.values.at(row) : undefined;
      if (!axis || values?.shape[0] === -1) return { name: '.' };
      return { name: axis.name, ...(axis.unit !== undefined && { unit: axis.unit }), values: (values?.data ?? axis.values) as Float64Array };
    });
  }

  final(): { readonly value: ResultValue; readonly labels?: RowLabels } | undefined {
    const final = this.#group.get('final');
    if (!final) return undefined;
    if (final instanceof Hdf5Group) return { value: Object.fromEntries(final.keys().map((name) => [name, whole(final.dataset(name))])) };
    const unit = final.attribute('units');
    const errors = this.#group.get('final_errors');
    const axes = this.#finalAxes();
    const counts = Object.fromEntries(Object.entries(final.attributes()).flatMap(([name, count]) => (typeof count === 'number' || typeof count === 'bigint' ? [[name, Number(count)]] : [])));
    return {
      value: whole(final),
      labels: {
        ...(typeof unit === 'string' && { unit }),
        ...(axes.length > 0 && { axes }),
        ...(errors instanceof Hdf5Dataset && { errors: whole(errors) }),
        ...(Object.keys(counts).length > 0 && { counts }),
      },
    };
  }

  /** Those of its own, else those that all rows have. */
  #finalAxes(): NonNullable<RowLabels['axes']> {
    const own = this.#group.keys().flatMap((name) => {
      const member = this.#group.get(name);
      const dimension = member instanceof Hdf5Dataset ? member.attribute('final_axis') : undefined;
      if (!(member instanceof Hdf5Dataset) || dimension === undefined) return [];
      const unit = member.attribute('units');
      return [{ name: name.slice('final_'.length), unit: typeof unit === 'string' ? unit : undefined, dimension: Number(dimension), values: member.read() as Float64Array }];
    });
    const axes = [...own, ...this.#axes.filter((axis) => !(axis.values instanceof SeriesReader) && !own.some((other) => other.dimension === axis.dimension))];
    return Array.from({ length: Math.max(0, ...axes.map((axis) => axis.dimension)) }, (_, i) => {
      const axis = axes.find(({ dimension }) => dimension === i + 1);
      return axis ? { name: axis.name, ...(axis.unit !== undefined && { unit: axis.unit }), values: axis.values as Float64Array } : { name: '.' };
    });
  }
}

function whole(dataset: Hdf5Dataset): ArrayValue {
  return { dtype: dataset.dtype as ArrayValue['dtype'], shape: dataset.shape, data: dataset.read() };
}

const asStored = (value: ArrayValue): ArrayValue => value;

/** For readers: a row without entries is an empty vector. */
const known = (value: ArrayValue): ArrayValue => (value.shape[0] === -1 ? { ...value, shape: [0] } : value);

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value : typeof value === 'string' ? [value] : [];
}

function isViewKind(text: string | undefined): text is ResultView['kind'] {
  return text !== undefined && text !== 'compute' && (viewKinds as readonly string[]).includes(text);
}
