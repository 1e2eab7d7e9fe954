import { Labelled, NdArray, Skip, YardError, array, ndarray, asNdArray, type AnyTypedArray, type Labels, type Series, type ViewKind } from '@trainyard/core';

/** What a view gave, in the form of its kind; or why it gave nothing. */
export type Given = { readonly value: unknown } | { readonly none: string };

const RANKS: Partial<Record<ViewKind, number>> = { vector: 1, image: 2, points: 2 };
const ADVICE: Partial<Record<ViewKind, string>> = {
  scalar: 'a scalar is one number: .sum(), .mean() or .max() make one of an array',
  vector: 'a vector has one axis: .mean({ axis: 0 }) or .ravel() make one of an image',
  image: "an image has two axes: .slice('0, ...') takes one frame of a stack, view.matrix takes any number of axes",
  points: 'points are an array of shape (n, 2), or (n, 3) with a colour for each',
};

/** Checks and brings a view's return value into the form of its kind; throws `VIEW_RESULT` that says what came and what is wanted. */
export function normalise(kind: ViewKind, returned: unknown): Given {
  if (returned === undefined || returned === null) return { none: 'the view returned nothing' };
  if (returned instanceof Skip) return { none: String(returned.reason).slice(0, 2000) };
  switch (kind) {
    case 'compute':
      return { value: returned };
    case 'scalar':
      return { value: asScalar(returned) };
    case 'text':
      if (typeof returned !== 'string') throw wrong(kind, returned, 'a text view returns a string: `${value}` makes one');
      return { value: returned };
    case 'table':
      return { value: asTable(returned) };
    case 'vector':
      if (!isArrayLike(returned) && typeof returned === 'object') return { value: asSeries(returned) };
      if (returned instanceof Labelled && !isArrayLike(returned.array)) return { value: labelledSeries(returned) };
      return { value: labelledOr(returned, 1, kind) };
    default:
      return { value: labelledOr(returned, RANKS[kind], kind) };
  }
}

/** Curves by name. */
function asSeries(value: object): Record<string, NdArray> {
  return Object.fromEntries(Object.entries(value).map(([name, series]) => [name, asArray(series, 1, 'vector')]));
}

/** Series that share one axis have one length. */
function labelledSeries({ array: given, labels }: Labelled<Series>): Labelled<Series> {
  const series = asSeries(given);
  const all = Object.entries(series);
  const [first] = all;
  if (!first) throw new YardError('VIEW_RESULT', 'This vector view returned labels without a series: name at least one.');
  const other = all.find(([, { size }]) => size !== first[1].size);
  if (other) throw new YardError('VIEW_RESULT', `This vector view returned "${other[0]}" of ${other[1].size} and "${first[0]}" of ${first[1].size}; series that share an axis have one length.`);
  checkAxes('vector', first[1].shape, labels, [all.length, first[1].size]);
  return new Labelled<Series>(series as Series, labels);
}

/** Columns of texts as they are, others as vectors; all of one length. */
function asTable(value: unknown): Record<string, NdArray | readonly string[]> {
  const advice = 'a table is an object of columns, all of one length: { x: [1, 2], name: ["a", "b"] }';
  if (typeof value !== 'object' || isArrayLike(value)) throw wrong('table', value, advice);
  const columns = Object.entries(value as object).map(([name, column]) => {
    const texts = Array.isArray(column) && column.length > 0 && column.every((item) => typeof item === 'string');
    return [name, texts ? (column as string[]) : asArray(column, 1, 'table')] as const;
  });
  const lengths = columns.map(([name, column]) => ({ name, length: Array.isArray(column) ? column.length : (column as NdArray).size }));
  const other = lengths.find(({ length }) => length !== lengths[0]!.length);
  if (other) throw new YardError('VIEW_RESULT', `This table view returned a column "${other.name}" of ${other.length} and "${lengths[0]!.name}" of ${lengths[0]!.length}; ${advice}.`);
  return Object.fromEntries(columns);
}

function asScalar(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
  if (value instanceof NdArray && value.size === 1) return Number(value.item());
  throw wrong('scalar', value, ADVICE.scalar!);
}

function labelledOr(value: unknown, rank: number | undefined, kind: ViewKind): unknown {
  if (value instanceof Labelled) {
    const array = asArray(value.array, rank, kind);
    checkAxes(kind, array.shape, value.labels, array.shape);
    return value;
  }
  return asArray(value, rank, kind);
}

/** Axes that do not fit are said to the view that made them, not to the file or panel that they reach. */
function checkAxes(kind: ViewKind, shape: readonly number[], { axes = [], errors }: Labels, ofErrors: readonly number[]): void {
  const of = `This ${kind} view returned an array of shape (${shape.join(', ')})`;
  if (axes.length > shape.length) throw new YardError('VIEW_RESULT', `${of} with ${axes.length} axes in its labels; name one for each axis, the slow one first.`);
  for (const [i, { name, values }] of axes.entries()) {
    const length = values === undefined ? undefined : 'size' in values ? (values as unknown as NdArray).size : values.length;
    if (length !== undefined && length !== shape[i] && length !== shape[i]! + 1) throw new YardError('VIEW_RESULT', `${of} whose axis "${name}" has ${length} values; give one for each element (${shape[i]}), or the edges (${shape[i]! + 1}).`);
  }
  const wanted = ofErrors === shape ? 'they have the shape of the data' : `of ${ofErrors[0]} series they have a row each, (${ofErrors.join(', ')})`;
  if (errors && errors.shape.join() !== ofErrors.join()) throw new YardError('VIEW_RESULT', `${of} with errors of shape (${errors.shape.join(', ')}); ${wanted}.`);
}

function asArray(value: unknown, rank: number | undefined, kind: ViewKind): NdArray {
  let result: NdArray | undefined;
  if (value instanceof NdArray) result = value;
  else if (ArrayBuffer.isView(value)) result = ndarray(value as AnyTypedArray);
  else if (Array.isArray(value)) result = (value.length === 0 && rank !== undefined ? ndarray(new Float64Array(0), rank === 1 ? [0] : [0, 2]) : array(value as number[])) as NdArray;
  else if (typeof value === 'object' && value !== null && 'stride' in value) result = asNdArray(value as NdArray);
  if (!result) throw wrong(kind, value, ADVICE[kind] ?? 'give an array');
  const fits = rank === undefined || (result.dimension === rank && (kind !== 'points' || result.shape[1] === 2 || result.shape[1] === 3));
  if (!fits) throw wrong(kind, result, ADVICE[kind] ?? `give an array with ${rank} axes`);
  return result;
}

function isArrayLike(value: unknown): boolean {
  return value instanceof NdArray || value instanceof Labelled || Array.isArray(value) || ArrayBuffer.isView(value) || (typeof value === 'object' && value !== null && 'stride' in value);
}

function wrong(kind: ViewKind, value: unknown, advice: string): YardError {
  const what = value instanceof NdArray ? `an array of shape (${value.shape.join(', ')})` : Array.isArray(value) ? `a list of ${value.length}` : typeof value === 'object' && value !== null ? 'an object' : `${typeof value} ${JSON.stringify(value)}`;
  return new YardError('VIEW_RESULT', `This ${kind} view returned ${what}; ${advice}.`);
}
