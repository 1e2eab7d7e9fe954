import { outcomeNames } from '@trainyard/core';
import { Column, Fixed, type Space } from './file/column.ts';
import { textSize, type StoredType } from './file/dtype.ts';
import { GroupNode } from './file/node.ts';
import { Series } from './file/series.ts';
import { AxisWriter } from './axis-writer.ts';
import { asArray, asSingle, isArrayValue, type ArrayValue, type ResultValue, type ResultView, type RowLabels } from './result-view.ts';

/** What the codes of `outcome` mean, as an attribute beside them. */
export const OUTCOME_CODES = outcomeNames.map((name, code) => `${code} ${name}`).join(' ');

/** Names that a view's group keeps for itself. */
const RESERVED = new Set(['data', 'trainId', 'outcome', 'errors', 'first', 'count', 'shape', 'block', 'final', 'final_errors', 'errors_first', 'errors_count', 'errors_shape']);

/** Writes the group of one view: its rows, their train IDs, the outcome of every train. */
export class ViewWriter {
  readonly view: ResultView;
  readonly #space: Space;
  readonly #group: GroupNode;
  readonly #trainId: Column;
  readonly #outcome: Column;
  readonly #block: Column | undefined;
  #rows = 0;
  /** One dataset (`''`), or datasets by name in a group. */
  #plain: Series | undefined;
  #named: Map<string, Series> | undefined;
  #errors: Series | undefined;
  readonly #axes = new Map<string, AxisWriter>();
  /** Names of the axes of one row, slow first; of the first labelled row. */
  #axisNames: readonly string[] = [];
  #unit: string | undefined;

  constructor(space: Space, results: GroupNode, view: ResultView, trainsBefore: number) {
    this.view = view;
    this.#unit = view.unit;
    this.#space = space;
    this.#group = results.group(view.group).group(view.name, 'NXdata');
    const { attributes, members } = this.#group;
    attributes.set('kind', view.kind);
    attributes.set('stage', view.stage);
    if (view.unit !== undefined) attributes.set('unit', view.unit);
    if (view.title !== undefined) attributes.set('title', view.title);
    if (view.hash !== undefined) attributes.set('hash', view.hash);
    if (view.window !== undefined) attributes.set('window', view.window);
    attributes.set('cumulative', view.cumulative ? 1 : 0);
    members.set('trainId', (this.#trainId = new Column(space, 'uint64')));
    members.set('outcome', (this.#outcome = new Column(space, 'uint8')));
    if (view.cumulative) members.set('block', (this.#block = new Column(space, 'uint64')));
    this.#outcome.attributes.set('codes', OUTCOME_CODES);
    this.#outcome.attributes.set('long_name', 'outcome of each entry of /entry/trainId');
    this.#trainId.attributes.set('long_name', 'train ID of each row');
    // Trains from before this view was there: it had nothing for them.
    for (let i = 0; i < trainsBefore; i += 1) this.#outcome.pushUint8(1);
  }

  get rows(): number {
    return this.#rows;
  }

  addOutcome(code: number): void {
    this.#outcome.pushUint8(code);
  }

  addRow(trainId: number, value: ResultValue, labels?: RowLabels): void {
    this.#pushValue(value);
    if (labels || this.#errors || this.#axes.size > 0) this.#pushLabels(labels);
    this.#trainId.pushUint64(trainId);
    this.#rows += 1;
  }

  addBlock(block: number, lastTrainId: number, value: ResultValue, labels?: RowLabels): void {
    this.addRow(lastTrainId, value, labels);
    this.#block!.pushUint64(block);
  }

  /** The value over all trains. Its axes are the rows' where those have the same coordinates, else `final_NAME`; its counts are attributes. */
  setFinal(value: ResultValue, labels?: RowLabels): void {
    const { members } = this.#group;
    if (isNamed(value)) {
      const group = new GroupNode('NXcollection');
      for (const [name, series] of Object.entries(value)) group.members.set(memberName(name), fixed(this.#space, asArray(series)));
      members.set('final', group);
    } else {
      const dataset = fixed(this.#space, typeof value === 'object' ? value : asSingle(value));
      if (labels?.unit ?? this.view.unit) dataset.attributes.set('units', labels?.unit ?? this.view.unit!);
      members.set('final', dataset);
      for (const [name, count] of Object.entries(labels?.counts ?? {})) dataset.attributes.set(name === 'units' || name === 'axes' ? `counts_${name}` : name, count);
      if (labels?.errors) members.set('final_errors', fixed(this.#space, labels.errors));
      if (this.#rows === 0) this.#pushAxes(labels, 0);
      const axes = labels?.axes?.map((axis, dimension) => this.#finalAxis(axis, dimension + 1));
      if (axes?.length) dataset.attributes.set('axes', axes);
    }
  }

  /** The dataset with the coordinates of one axis of the final value; `.` for none. */
  #finalAxis({ name: given, unit, values }: NonNullable<RowLabels['axes']>[number], dimension: number): string {
    if (values === undefined) return '.';
    const name = axisName(given);
    if (this.#axes.get(name)?.holds(values)) return name;
    const dataset = new Fixed(this.#space, 'float64', [values.length], Float64Array.from(values));
    dataset.attributes.set('final_axis', dimension);
    if (unit !== undefined) dataset.attributes.set('units', unit);
    this.#group.members.set(`final_${name}`, dataset);
    return `final_${name}`;
  }

  #pushValue(value: ResultValue): void {
    if (typeof value === 'number' && !this.#named) {
      this.#plain ??= new Series(this.#space, this.#group, 'data');
      this.#plain.pushNumber(value);
    } else if (isNamed(value)) this.#pushNamed(value);
    else if (this.#named) this.#pushNamed({ value: typeof value === 'object' ? value : asSingle(value) });
    else {
      this.#plain ??= new Series(this.#space, this.#group, 'data');
      this.#plain.push(typeof value === 'object' ? value : asSingle(value));
    }
  }

  #pushNamed(value: { readonly [series: string]: ArrayValue | readonly (number | string)[] }): void {
    const named = (this.#named ??= this.#startNamed());
    const group = this.#group.group('data', 'NXdata');
    for (const [name, entries] of Object.entries(value)) {
      let series = named.get(name);
      if (!series) {
        const member = memberName(name);
        named.set(name, (series = new Series(this.#space, group, member, `${member}_`)));
        for (let i = 0; i < this.#rows; i += 1) series.pushAbsent();
      }
      series.push(asArray(entries));
    }
    for (const series of named.values()) if (series.rows === this.#rows) series.pushAbsent();
    const names = [...named.keys()].map(memberName);
    if (names.length > 0 && group.attributes.get('signal') !== names[0]) group.attributes.set('signal', names[0]);
    if (names.length > 1) group.attributes.set('auxiliary_signals', names.slice(1));
  }

  /** From now on values have names; the rows so far become the series `value`. */
  #startNamed(): Map<string, Series> {
    const plain = this.#plain;
    const named = new Map<string, Series>();
    this.#plain = undefined;
    const group = new GroupNode('NXdata');
    this.#group.members.set('data', group);
    if (plain) {
      for (const name of ['first', 'count', 'shape']) this.#group.members.delete(name);
      plain.moveTo(group, 'value', 'value_');
      named.set('value', plain);
    }
    return named;
  }

  #pushLabels(labels: RowLabels | undefined): void {
    if (labels?.errors && !this.#errors) {
      this.#errors = new Series(this.#space, this.#group, 'errors', 'errors_');
      for (let i = 0; i < this.#rows; i += 1) this.#errors.pushAbsent();
    }
    if (labels?.errors) this.#errors!.push(labels.errors);
    else this.#errors?.pushAbsent();
    this.#pushAxes(labels, this.#rows);
  }

  #pushAxes(labels: RowLabels | undefined, rowsBefore: number): void {
    this.#unit ??= labels?.unit;
    if (labels?.axes && this.#axisNames.length === 0) this.#axisNames = labels.axes.map((axis) => axisName(axis.name));
    labels?.axes?.forEach((axis, dimension) => {
      if (axis.values === undefined) return;
      const name = axisName(axis.name);
      let writer = this.#axes.get(name);
      if (!writer) this.#axes.set(name, (writer = new AxisWriter(this.#space, this.#group, name, { unit: axis.unit, dimension: dimension + 1 }, rowsBefore)));
      writer.push(axis.values);
    });
    for (const writer of this.#axes.values()) writer.fill(rowsBefore + 1);
  }

  /** Sets the attributes by which NeXus programs plot the group, as its form is by now. */
  describe(): void {
    const { attributes } = this.#group;
    const series = this.#plain;
    for (const name of attributes.keys()) if (name === 'signal' || name === 'axes' || name.endsWith('_indices')) attributes.delete(name);
    if (!series) {
      if (this.#named) attributes.set('NX_class', 'NXcollection').set('default', 'data');
      return;
    }
    const data = series.data!;
    if (this.#unit !== undefined) data.attributes.set('units', this.#unit);
    data.attributes.set('long_name', this.view.title ?? this.view.name);
    // Joined rows have no common axis of trains: `first` and `count` lead to each. An axis that differs between trains has rows itself.
    const joined = series.form !== 'fixed';
    const axes = data.inner.map((_, axis) => this.#axisNames[joined ? axis + 1 : axis]).map((name) => (name !== undefined && this.#axes.get(name)?.constant ? name : '.'));
    attributes.set('signal', 'data').set('axes', [joined ? '.' : 'trainId', ...axes]);
    if (!joined) attributes.set('trainId_indices', 0);
    axes.forEach((name, axis) => name !== '.' && attributes.set(`${name}_indices`, axis + 1));
  }
}

function isNamed(value: ResultValue): value is { readonly [series: string]: ArrayValue | readonly (number | string)[] } {
  return typeof value === 'object' && !isArrayValue(value);
}

/** A name that a path can hold. */
function memberName(name: string): string {
  const clean = name.replaceAll('/', '_').replaceAll('\0', '_');
  return clean === '' || clean === '.' || clean === '..' ? `_${clean}` : clean;
}

function axisName(name: string): string {
  const clean = memberName(name);
  return RESERVED.has(clean) ? `axis_${clean}` : clean;
}

/** An array as a dataset of its own. */
export function fixed(space: Space, value: ArrayValue): Fixed {
  return new Fixed(space, storedType(value), value.shape, value.data);
}

function storedType({ dtype, data }: ArrayValue): StoredType {
  if (dtype !== 'str') return dtype;
  return { text: textSize(Math.max(0, ...(data as readonly string[]).map((text) => Buffer.byteLength(text)))) };
}
