import { ownRecord } from './class-views.ts';
import { asInputRef, type DataPaths, type Input, type InputValue } from './inputs.ts';
import type { ViewKind, ViewReturn } from './kinds.ts';
import type { Parameter } from './parameters.ts';
import type { ViewOptions } from './view-spec.ts';

type Method<K extends ViewKind> = (...args: any[]) => ViewReturn<K>;

/** `@View.Image` on a method, or `@View.Image({ title, every, timeoutMs })`. */
interface ViewDecorator<K extends ViewKind> {
  // Generic in the method, else every correct view is refused with a ten-line message.
  <F extends Method<K>>(target: object, key: string, descriptor: TypedPropertyDescriptor<F>): void;
  (options: ViewOptions): <F extends Method<K>>(target: object, key: string, descriptor: TypedPropertyDescriptor<F>) => void;
}

function methodView(target: object, key: string): { kind?: ViewKind; options: ViewOptions; inputs: (ReturnType<typeof asInputRef> | undefined)[] } {
  const { methods } = ownRecord(target);
  let method = methods.get(key);
  if (!method) methods.set(key, (method = { options: {}, inputs: [] }));
  return method;
}

function viewDecorator<K extends ViewKind>(kind: K): ViewDecorator<K> {
  const decorate = (options: ViewOptions) => (target: object, key: string): void => {
    Object.assign(methodView(target, key), { kind, options });
  };
  const decorator = (first: object, key?: string): unknown =>
    key === undefined ? decorate(first as ViewOptions) : decorate({})(first, key);
  return decorator as ViewDecorator<K>;
}

/** The decorators of a view's method; the kind says what it returns. */
export const View = {
  Scalar: viewDecorator('scalar'),
  Vector: viewDecorator('vector'),
  Matrix: viewDecorator('matrix'),
  Points: viewDecorator('points'),
  Image: viewDecorator('image'),
  Table: viewDecorator('table'),
  Text: viewDecorator('text'),
  Compute: viewDecorator('compute'),
};

/** The compile error of a parameter whose type is not that of its data. */
type Fits<V, T, K extends keyof T, I extends number> =
  T[K] extends (...args: infer A) => unknown
    ? [V] extends [A[I]] ? unknown : { problem: 'the data of this path do not fit the type of the parameter'; data: V; parameter: A[I] }
    : unknown;

interface FromDecorator {
  /** Names the input of a parameter: `@From('karabo#SOURCE:channel[key]')`. */
  <const I extends Input>(input: I): <T extends object, K extends keyof T & string, N extends number>(target: T & Fits<InputValue<I>, T, K, N>, key: K, index: N) => void;
  /** The same for an input that may be missing. */
  optional<const I extends Input>(input: I): <T extends object, K extends keyof T & string, N extends number>(target: T & Fits<InputValue<I> | undefined, T, K, N>, key: K, index: N) => void;
}

function from(input: Input, more: object = {}): (target: object, key: string, index: number) => void {
  return (target, key, index) => {
    methodView(target, key).inputs[index] = { ...asInputRef(input), ...more };
  };
}

export const From = Object.assign((input: Input) => from(input), { optional: (input: Input) => from(input, { optional: true }) }) as unknown as FromDecorator;

/** A field that is a parameter; its initial value is the default: `@Param({ min: 0.5, max: 20, unit: 'px' }) sigma = 5`, `@Param(rectangle([0, 0, 9, 9])) roi!: Rectangle`. */
export function Param(spec: Partial<Omit<Parameter, 'default'>> = {}) {
  return (target: object, key: string): void => {
    ownRecord(target).params.set(key, spec);
  };
}

/** A field that survives every edit and restart; only an action writes it. */
export function Const() {
  return (target: object, key: string): void => {
    ownRecord(target).constants.add(key);
  };
}

/**
 * A reducer fed by the view of that name: `@State('total') counts = histogram(...)`; shown under the field's name. One of several inputs names a view
 * for each: `@State({ x: 'energy', y: 'total' }) line = correlation()`.
 */
export function State(views: string | Readonly<Record<string, string>>) {
  return (target: object, key: string): void => {
    ownRecord(target).states.set(key, views);
  };
}

export type { DataPaths };
