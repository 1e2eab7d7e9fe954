import { AppendFile } from './file/append-file.ts';
import { Fixed } from './file/column.ts';
import { textSize, type NumberData, type NumberType } from './file/dtype.ts';
import { GroupNode } from './file/node.ts';
import { asArray, asSingle, isArrayValue, type ArrayValue, type ResultValue, type RowLabels } from './result-view.ts';

/** One value with what is known of it. */
export interface NxValue {
  /** Of the view, or the data path of a raw key. */
  readonly title: string;
  readonly trainId: number;
  /** ISO 8601. */
  readonly time?: string;
  readonly value: ResultValue;
  readonly labels?: RowLabels;
  /** Of series by name: the one that the others go along, and how wide its points are. */
  readonly axis?: { readonly name: string; readonly width: number };
  /** Of series by name, where it is not that of the labels. */
  readonly units?: Readonly<Record<string, string>>;
}

/**
 * Writes a new NeXus file. Of one value the NXdata is `/entry/data`, with title, train ID and time beside it; several have one each, named after
 * their titles, with these in it. `list`: the list or views file that gave them. Throws `EEXIST` where there is a file.
 */
export function writeNxData(path: string, list: string, values: readonly NxValue[]): void {
  const file = new AppendFile(path);
  const entry = new GroupNode('NXentry');
  file.root.attributes.set('default', 'entry');
  file.root.members.set('entry', entry);
  const program = stored(file, asSingle('trainyard'));
  program.attributes.set('configuration', list);
  entry.members.set('program_name', program);
  const isOne = values.length === 1;
  if (!isOne) entry.members.set('title', stored(file, asSingle(values.map(({ title }) => title).join(', '))));
  for (const [i, one] of values.entries()) {
    const data = new GroupNode('NXdata');
    const name = freeName(entry, isOne ? 'data' : one.title);
    entry.members.set(name, data);
    if (i === 0) entry.attributes.set('default', name);
    fill(file, data, one);
    describe(file, isOne ? entry : data, one);
  }
  file.close();
}

/** What is there already, such as a series of that name, stays. */
function describe(file: AppendFile, group: GroupNode, { title, trainId, time }: NxValue): void {
  const set = (name: string, dataset: () => Fixed): unknown => group.members.has(name) || group.members.set(name, dataset());
  set('title', () => stored(file, asSingle(title)));
  set('trainId', () => new Fixed(file, 'uint64', [], BigUint64Array.of(BigInt(trainId))));
  if (time !== undefined) set('start_time', () => stored(file, asSingle(time)));
}

/** The value as `data` (series by name under their names), coordinates under the names of the axes, `data_errors`. */
function fill(file: AppendFile, data: GroupNode, { value, labels = {}, axis, units = {} }: NxValue): void {
  const put = (name: string, array: ArrayValue, unit?: string): string => {
    const free = freeName(data, name);
    const dataset = stored(file, array);
    if (unit !== undefined) dataset.attributes.set('units', unit);
    data.members.set(free, dataset);
    return free;
  };
  if (typeof value === 'object' && !isArrayValue(value)) {
    const series = Object.entries(value).map(([name, one]) => [name, asArray(one)] as const).map(([name, array]) => ({ of: name, name: put(name, array, units[name] ?? labels.unit), array }));
    const numbers = series.filter(({ of, array }) => of !== axis?.name && array.dtype !== 'str').map(({ name }) => name);
    const along = series.find(({ of }) => of === axis?.name);
    if (axis && along) {
      data.attributes.set('axes', [along.name]);
      (data.members.get(along.name) as Fixed).attributes.set('width', axis.width);
    }
    if (numbers.length) data.attributes.set('signal', numbers[0]!);
    if (numbers.length > 1) data.attributes.set('auxiliary_signals', numbers.slice(1));
    const shared = labels.axes?.[0];
    if (shared?.values && series.every(({ array }) => array.shape.length === 1 && array.shape[0] === shared.values!.length)) {
      data.attributes.set('axes', [put(shared.name, { dtype: 'float64', shape: [shared.values.length], data: Float64Array.from(shared.values) }, shared.unit)]);
    }
  } else {
    const array = typeof value === 'object' ? value : asSingle(value);
    data.attributes.set('signal', put('data', array, labels.unit));
    if (labels.errors) put('data_errors', labels.errors, labels.unit);
    const { axes = [] } = labels;
    const names = array.shape.map((length, i) => {
      const axis = axes[i];
      if (axis?.values?.length !== length) return '.';
      const name = put(axis.name, { dtype: 'float64', shape: [length], data: Float64Array.from(axis.values) }, axis.unit);
      data.attributes.set(`${name}_indices`, i);
      return name;
    });
    if (names.some((name) => name !== '.')) data.attributes.set('axes', names);
  }
}

function stored(file: AppendFile, { dtype, shape, data }: ArrayValue): Fixed {
  if (dtype !== 'str') return new Fixed(file, dtype as NumberType, shape, data as NumberData);
  const texts = data as readonly string[];
  return new Fixed(file, { text: textSize(texts.reduce((longest, text) => Math.max(longest, Buffer.byteLength(text)), 0)) }, shape, texts);
}

/** A name that HDF5 takes and no other member has. */
function freeName(group: GroupNode, wanted: string): string {
  const name = wanted.replaceAll('/', '_').replace(/^\.*$/, '_');
  for (let n = 1; ; n += 1) {
    const free = n === 1 ? name : `${name}_${n}`;
    if (!group.members.has(free)) return free;
  }
}
