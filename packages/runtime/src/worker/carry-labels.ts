import { Labelled, NdArray, flatData, labelled, type Axis, type Labels, type Reducer } from '@trainyard/core';

/** A value to fold, and the labels that it came with. */
export interface Folding {
  readonly value: unknown;
  readonly labels?: Labels | undefined;
}

/** Names, units and coordinates of the newest train that had some, and where a detector's tiles lie. */
type Carried = Pick<Labels, 'axes' | 'unit' | 'geometry'>;

interface CarryingState {
  readonly labels: Carried | undefined;
  readonly state: unknown;
}

/**
 * A reducer as the runtime folds it: one that `keeps` labels has them beside its state, so that its results have them wherever they are made, from
 * the tree nodes of parts, too. Errors and overlays of a single train are not the result's.
 */
export function carryLabels(reducer: Reducer): Reducer<Folding> {
  const { name, kind, keeps } = reducer;
  if (keeps === undefined) {
    return {
      '~reducer': true, name, kind,
      initial: () => reducer.initial() as unknown,
      add: (state: unknown, { value }: Folding, trainId) => reducer.add(state, value, trainId) as unknown,
      merge: (a: unknown, b: unknown) => reducer.merge(a, b) as unknown,
      ...(reducer.forget && { forget: (state: unknown, trainId: number) => reducer.forget!(state, trainId) as unknown }),
      result: (state: unknown) => reducer.result(state) as unknown,
    };
  }
  // A view's axes are mostly the same from train to train: then all states share one copy.
  let newest: Carried | undefined;
  const carried = (labels: Labels | undefined): Carried | undefined => {
    if (!labels?.axes && labels?.unit === undefined) return undefined;
    if (!newest || !sameLabels(newest, labels, keeps)) newest = copied(labels, keeps);
    return newest;
  };
  return {
    '~reducer': true, name, kind,
    initial: (): CarryingState => ({ labels: undefined, state: reducer.initial() as unknown }),
    add: ({ labels, state }: CarryingState, folding: Folding, trainId): CarryingState => ({ labels: carried(folding.labels) ?? labels, state: reducer.add(state, folding.value, trainId) as unknown }),
    merge: (a: CarryingState, b: CarryingState): CarryingState => ({ labels: b.labels ?? a.labels, state: reducer.merge(a.state, b.state) as unknown }),
    ...(reducer.forget && { forget: ({ labels, state }: CarryingState, trainId: number): CarryingState => ({ labels, state: reducer.forget!(state, trainId) as unknown }) }),
    result: ({ labels, state }: CarryingState) => relabelled(reducer.result(state), labels),
  };
}

function copied({ axes, unit, geometry }: Labels, keeps: Reducer['keeps']): Carried {
  return {
    ...(axes && { axes: axes.map(({ values, ...axis }) => ({ ...axis, ...(values && { values: Float64Array.from(coordinates(values)) }) })) }),
    ...(keeps === 'axes and unit' && unit !== undefined && { unit }),
    ...(geometry && { geometry: { ...geometry, tiles: Int32Array.from(geometry.tiles) } }),
  };
}

function sameLabels(a: Carried, b: Labels, keeps: Reducer['keeps']): boolean {
  if (keeps === 'axes and unit' && a.unit !== b.unit) return false;
  if (a.axes?.length !== b.axes?.length || !sameGeometry(a.geometry, b.geometry)) return false;
  return (a.axes ?? []).every((axis, i) => {
    const other = b.axes![i]!;
    return axis.name === other.name && axis.unit === other.unit && sameNumbers(axis.values, other.values && coordinates(other.values));
  });
}

function sameGeometry(a: Labels['geometry'], b: Labels['geometry']): boolean {
  if (!a || !b) return a === b;
  return sameNumbers(a.tiles, b.tiles) && sameNumbers([...a.beam, ...a.pixelSize, a.distance ?? 0, a.wavelength ?? 0], [...b.beam, ...b.pixelSize, b.distance ?? 0, b.wavelength ?? 0]);
}

function sameNumbers(a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined): boolean {
  if (!a || !b) return a === b;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

/** Coordinates may be given as an array of ours. */
function coordinates(values: NonNullable<Axis['values']>): ArrayLike<number> {
  return (values as unknown) instanceof NdArray ? (flatData(values as unknown as NdArray) as ArrayLike<number>) : values;
}

/** The result with its own axes first and those of what was folded behind them, as many as it has. */
function relabelled(value: unknown, carried: Carried | undefined): unknown {
  const own = value instanceof Labelled ? value.labels : {};
  const array: unknown = value instanceof Labelled ? value.array : value;
  if (!carried || !(array instanceof NdArray)) return value;
  const more = array.dimension - (own.axes?.length ?? 0);
  const inner = more > 0 && (carried.axes?.length ?? 0) >= more ? carried.axes!.slice(-more) : [];
  const all = [...(own.axes ?? []), ...inner];
  const fits = all.every(({ values }, i) => values === undefined || values.length === array.shape[i] || values.length === array.shape[i]! + 1);
  const axes = fits ? all : own.axes;
  const unit = own.unit ?? carried.unit;
  const geometry = array.dimension >= 2 ? (own.geometry ?? carried.geometry) : undefined;
  return axes?.length || unit !== undefined || geometry ? labelled(array, { ...own, ...(axes?.length && { axes }), ...(unit !== undefined && { unit }), ...(geometry && { geometry }) }) : value;
}
