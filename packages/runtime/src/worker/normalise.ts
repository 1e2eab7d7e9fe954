import { Labelled, NdArray, Skip, YardError, array, ndarray, asNdArray, type AnyTypedArray, type ViewKind } from '@trainyard/core';

/** What a view gave, in the form of its kind; or why it gave nothing. */
export type Given = { readonly value: unknown } | { readonly none: string };

const RANKS: Partial<Record<ViewKind, number>> = { vector: 1, image: 2, points: 2 };
const ADVICE: Partial<Record<ViewKind, string>> = {
  scalar: 'a scalar is one number: .sum(), .mean() or .max() make one of an array',
  vector: 'a vector has one axis: .mean({ axis: 0 }) or .ravel() make one of an image',
  image: "an image has two axes: .slice('0, ...') takes one frame of a stack, view.matrix takes any number of axes",
  points: 'points are an array of shape (n, 2)',
};

/** Checks and brings a view's return value into the form of its kind; throws `VIEW_RESULT` that says what came and what is wanted. */
export function normalise(kind: ViewKind, returned: unknown): Given {
  if (returned === undefined || returned === null) return { none: 'the view returned nothing' };
  if (returned instanceof Skip) return { none: returned.reason };
  switch (kind) {
    case 'compute':
      return { value: returned };
    case 'scalar':
      return { value: asScalar(returned) };
    case 'text':
      if (typeof returned !== 'string') throw wrong(kind, returned, 'a text view returns a string: `${value}` makes one');
      return { value: returned };
    case 'table':
      if (typeof returned !== 'object' || isArrayLike(returned)) throw wrong(kind, returned, 'a table is an object of columns: { x: [1, 2], name: ["a", "b"] }');
      return { value: Object.fromEntries(Object.entries(returned).map(([name, column]) => [name, typeof (column as unknown[])[0] === 'string' ? column : asArray(column, 1, kind)])) };
    case 'vector':
      if (!isArrayLike(returned) && typeof returned === 'object') return { value: Object.fromEntries(Object.entries(returned).map(([name, series]) => [name, asArray(series, 1, kind)])) };
      return { value: labelledOr(returned, 1, kind) };
    default:
      return { value: labelledOr(returned, RANKS[kind], kind) };
  }
}

function asScalar(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
  if (value instanceof NdArray && value.size === 1) return Number(value.item());
  throw wrong('scalar', value, ADVICE.scalar!);
}

function labelledOr(value: unknown, rank: number | undefined, kind: ViewKind): unknown {
  if (value instanceof Labelled) {
    asArray(value.array, rank, kind);
    return value;
  }
  return asArray(value, rank, kind);
}

function asArray(value: unknown, rank: number | undefined, kind: ViewKind): NdArray {
  let result: NdArray | undefined;
  if (value instanceof NdArray) result = value;
  else if (ArrayBuffer.isView(value)) result = ndarray(value as AnyTypedArray);
  else if (Array.isArray(value)) result = (value.length === 0 && rank !== undefined ? ndarray(new Float64Array(0), rank === 1 ? [0] : [0, 2]) : array(value as number[])) as NdArray;
  else if (typeof value === 'object' && value !== null && 'stride' in value) result = asNdArray(value as NdArray);
  if (!result) throw wrong(kind, value, ADVICE[kind] ?? 'give an array');
  if (rank !== undefined && result.dimension !== rank) throw wrong(kind, result, ADVICE[kind] ?? `give an array with ${rank} axes`);
  return result;
}

function isArrayLike(value: unknown): boolean {
  return value instanceof NdArray || value instanceof Labelled || Array.isArray(value) || ArrayBuffer.isView(value) || (typeof value === 'object' && value !== null && 'stride' in value);
}

function wrong(kind: ViewKind, value: unknown, advice: string): YardError {
  const what = value instanceof NdArray ? `an array of shape (${value.shape.join(', ')})` : Array.isArray(value) ? `a list of ${value.length}` : typeof value === 'object' && value !== null ? 'an object' : `${typeof value} ${JSON.stringify(value)}`;
  return new YardError('VIEW_RESULT', `This ${kind} view returned ${what}; ${advice}.`);
}
