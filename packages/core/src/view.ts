import { asInputRef, type Input, type InputValue } from './inputs.ts';
import type { Labelled, ViewKind, ViewReturn } from './kinds.ts';
import type { Skip } from './outcome.ts';
import { YardError } from './problem.ts';
import { reduceInputs, type Foldable, type Folded } from './reduce-inputs.ts';
import type { Reducer } from './reducer.ts';
import { isView, type View, type ViewOf, type ViewOptions, type ViewSpec } from './view-spec.ts';

type Inputs = Readonly<Record<string, Input>>;
type Values<I extends Inputs> = { readonly [N in keyof I]: InputValue<I[N]> };

/** What is left for views that take it: no promise, nothing, or skip. */
type Given<R> = Exclude<Awaited<R>, Skip | void | null | undefined>;
/** Other views get the array alone. */
type Bare<T> = T extends Labelled<infer A> ? A : T;

/** A view of one kind as a function of named inputs: `view.image({ camera: 'karabo#...' }, ({ camera }) => ...)`. */
type ViewMaker<K extends ViewKind> = <const I extends Inputs>(
  inputs: I,
  compute: (values: Values<I>) => ViewReturn<K>,
  options?: ViewOptions,
) => ViewOf<K>;

function maker<K extends ViewKind>(kind: K): ViewMaker<K> {
  return (inputs, compute, options = {}) => {
    if (typeof inputs !== 'object' || inputs === null || isView(inputs)) throw new YardError('VIEW_FORM', `view.${kind} takes its inputs by name: view.${kind}({ camera: 'karabo#...' }, ({ camera }) => ...).`);
    if (typeof compute !== 'function') throw new YardError('VIEW_FORM', `view.${kind} takes a function after its inputs: view.${kind}({ camera: 'karabo#...' }, ({ camera }) => ...).`);
    const names = Object.keys(inputs);
    const spec: ViewSpec = {
      '~view': true,
      kind,
      inputs: names.map((name) => ({ name, ...asInputRef((inputs as Inputs)[name]!) })),
      options,
      call: (values) => compute(Object.fromEntries(names.map((name, i) => [name, values[i]])) as Values<typeof inputs>),
    };
    return spec as ViewOf<K>;
  };
}

/** Views as functions, the least ceremony. Each is exported under the name that it has in the viewer and in files. */
export const view = {
  scalar: maker('scalar'),
  vector: maker('vector'),
  matrix: maker('matrix'),
  points: maker('points'),
  image: maker('image'),
  table: maker('table'),
  text: maker('text'),
  /** Any value, only for other views: never shown, stored or sent. */
  compute<const I extends Inputs, R>(inputs: I, compute: (values: Values<I>) => R, options: ViewOptions = {}): View<Given<R>> {
    return (maker('compute') as (i: I, c: unknown, o: ViewOptions) => View<Given<R>>)(inputs, compute, options);
  },
  /**
   * Folds a view, or a path, in train order: `view.reduce(total, histogram({ bins: 200, range: [0, 1e6] }))`. A reducer of several inputs gets them
   * by name: `view.reduce({ x: energy, y: total }, correlation())`; a train in which some of them have no value is counted as incomplete.
   */
  reduce<const I extends Foldable, Out>(of: I, reducer: Reducer<Folded<I>, any, Out>, options: ViewOptions = {}): View<Bare<Out>> {
    const inputs = reduceInputs(of, reducer);
    return { '~view': true, kind: reducer.kind, inputs, options, reducer };
  },
};
