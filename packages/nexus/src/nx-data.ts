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
  /** The list or views file that gave it. */
  readonly list: string;
  readonly value: ResultValue;
  readonly labels?: RowLabels;
}

/**
 * Writes a new NeXus file with one NXdata, `/entry/data`: the value as `data` (series by name under their names), coordinates under the names of the
 * axes, `data_errors`; beside it title, train ID and time. Throws `EEXIST` where there is a file.
 */
export function writeNxData(path: string, { title, trainId, time, list, value, labels = {} }: NxValue): void {
  const file = new AppendFile(path);
  const entry = new GroupNode('NXentry');
  const data = new GroupNode('NXdata');
  file.root.attributes.set('default', 'entry');
  file.root.members.set('entry', entry);
  entry.attributes.set('default', 'data');
  entry.members.set('title', stored(file, asSingle(title)));
  entry.members.set('trainId', new Fixed(file, 'uint64', [], BigUint64Array.of(BigInt(trainId))));
  if (time !== undefined) entry.members.set('start_time', stored(file, asSingle(time)));
  const program = stored(file, asSingle('trainyard'));
  program.attributes.set('configuration', list);
  entry.members.set('program_name', program);
  entry.members.set('data', data);
  const put = (name: string, array: ArrayValue, unit?: string): string => {
    const free = freeName(data, name);
    const dataset = stored(file, array);
    if (unit !== undefined) dataset.attributes.set('units', unit);
    data.members.set(free, dataset);
    return free;
  };
  if (typeof value === 'object' && !isArrayValue(value)) {
    const series = Object.entries(value).map(([name, one]) => [name, asArray(one)] as const).map(([name, array]) => ({ name: put(name, array, labels.unit), array }));
    const numbers = series.filter(({ array }) => array.dtype !== 'str').map(({ name }) => name);
    if (numbers.length) data.attributes.set('signal', numbers[0]!);
    if (numbers.length > 1) data.attributes.set('auxiliary_signals', numbers.slice(1));
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
  file.close();
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
