import type { View } from './view-spec.ts';
import { YardError } from './problem.ts';
import type { Parameter } from './parameters.ts';

/**
 * Filled by `yard types WHAT`: one property per data path seen there, its type the data's.
 * While it is empty any path is allowed and its data is `any`.
 */
// oxlint-disable-next-line typescript/no-empty-object-type -- filled by declaration merging
export interface DataPaths {}

/** How an input is taken: which path or view, and how its trains relate to this one. */
export interface InputRef<T = unknown> {
  readonly from: string | View;
  /** The view runs without it, too. */
  readonly optional?: boolean;
  /** The newest value of the last N train IDs serves. */
  readonly stale?: number;
  /** The value of the train this many train IDs away (negative: earlier). */
  readonly shift?: number;
  /** Which entries along the first axis, as `start:stop:step`. */
  readonly pulses?: string;
  /** Only for the type: what arrives. */
  readonly '~value'?: T;
}

/** With a schema, a path must be one of it (the editor offers them); `view#`, `internal#`, `stack#` and templates stay free. */
type Path = [keyof DataPaths] extends [never] ? string
  : keyof DataPaths | `view#${string}` | `internal#${string}` | `stack#${string}` | `${string}{${string}}${string}`;

export type Input = Path | View | InputRef;

/** The type of the data that arrives for an input. */
export type InputValue<I> =
  I extends InputRef<infer T> ? T
  : I extends keyof DataPaths ? DataPaths[I]
  : I extends string ? any
  : I extends { readonly '~gives'?: infer T } ? T
  : unknown;

/** The input may be missing: the view runs all the same and gets `undefined`. */
export function optional<const I extends Input>(from: I): InputRef<InputValue<I> | undefined> {
  return { ...asInputRef(from), optional: true } as InputRef<InputValue<I> | undefined>;
}

/** The newest value of the last `trains` train IDs (this one included) serves as input. */
export function stale<const I extends Input>(from: I, trains: number): InputRef<InputValue<I>> {
  return { ...asInputRef(from), stale: trains } as InputRef<InputValue<I>>;
}

/** The value of the train `by` train IDs away; negative: earlier. */
export function shifted<const I extends Input>(from: I, by: number): InputRef<InputValue<I>> {
  return { ...asInputRef(from), shift: by } as InputRef<InputValue<I>>;
}

/** A path made at load time, for instance from a loop's variable; it is not looked up in the schema. */
export function path<T = any>(text: string): InputRef<T> {
  return { from: text };
}

/** Some entries along the first axis (pulses) of an input: `pulses('1::2', path)`, or `pulses('::2')` for a decorator's `@From`. */
export function pulses<const I extends Input>(range: string, from: I): InputRef<InputValue<I>> {
  return { ...asInputRef(from), pulses: range } as InputRef<InputValue<I>>;
}

export function asInputRef(input: Input): InputRef {
  if (typeof input === 'string') return { from: input };
  if (typeof input !== 'object' || input === null) throw new YardError('INPUT_NOT_A_PATH', `An input is a data path, a view or optional(...), stale(...) and the like of one, not ${String(input)}. Is it declared further down, or not exported?`);
  return 'from' in input ? input : { from: input };
}

/** A parameter read inside a plan: see `plan`. */
export type { Parameter };
