import { declare } from './declarations.ts';
import { YardError } from './problem.ts';
import { checkRegion, type RegionKind } from './region.ts';

/** A value a person may set while the views run. */
export type ParamValue = number | boolean | string | readonly number[];

/** One parameter: its default, its bounds and how a form shows it. Declared once, used by the check, the CLI, sliders and files. */
export interface Parameter<T extends ParamValue = ParamValue> {
  readonly type: 'number' | 'integer' | 'boolean' | 'string' | 'choice' | 'numbers' | RegionKind;
  readonly default: T;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly unit?: string;
  readonly choices?: readonly string[];
  readonly title?: string;
  /** Of a region: the view or raw key on whose picture it is drawn. */
  readonly on?: string;
}

/** A number with a slider from `min` to `max`. */
export function slider(value: number, min: number, max: number, unit?: string, step?: number): Parameter<number> {
  return { type: 'number', default: value, min, max, ...(unit !== undefined && { unit }), ...(step !== undefined && { step }) };
}

/** One of a few words. */
export function choice<const C extends string>(value: NoInfer<C>, choices: readonly C[]): Parameter<C> {
  return { type: 'choice', default: value, choices };
}

type Declared = Parameter | ParamValue;
type Widened<T> = T extends number ? number : T extends boolean ? boolean : T extends string ? string : T;
type ValueOf<D> = D extends Parameter<infer T> ? T : Widened<D>;

/** The parameters of one group and their values now. The runtime changes the values, between two trains only. */
export class ParamSet {
  readonly specs: Readonly<Record<string, Parameter>>;
  values: Record<string, ParamValue>;
  constructor(specs: Readonly<Record<string, Parameter>>) {
    this.specs = specs;
    this.values = Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, spec.default]));
  }
}

/** Declares the file's parameters: `const p = parameters({ sigma: slider(5, 0.5, 20, 'px') })`; read `p.sigma` inside a view. */
export function parameters<const D extends Readonly<Record<string, Declared>>>(declared: D): { readonly [K in keyof D]: ValueOf<D[K]> } {
  const specs = Object.entries(declared).map(([name, value]) => [name, asParameter(value)] as const);
  for (const [name, spec] of specs) readParameter(name, spec, spec.default);
  const set = new ParamSet(Object.fromEntries(specs));
  declare('parameters', set);
  const view = {};
  for (const name of Object.keys(set.specs)) {
    Object.defineProperty(view, name, { enumerable: true, get: () => set.values[name] });
  }
  return Object.freeze(view) as { readonly [K in keyof D]: ValueOf<D[K]> };
}

function holdBounds(name: string, spec: Parameter, number: number): void {
  const { min = -Infinity, max = Infinity, unit } = spec;
  if (number < min || number > max) throw new YardError('PARAM_RANGE', `${name} must lie between ${min} and ${max}${unit ? ` ${unit}` : ''}, not be ${number}.`);
}

/** A plain value as a parameter of its own type. */
export function asParameter(value: Declared): Parameter {
  if (typeof value === 'number') return { type: 'number', default: value };
  if (typeof value === 'boolean') return { type: 'boolean', default: value };
  if (typeof value === 'string') return { type: 'string', default: value };
  if (Array.isArray(value)) return { type: 'numbers', default: value as readonly number[] };
  if (typeof value !== 'object' || value === null || !('type' in value && 'default' in value)) throw new YardError('PARAM_TYPE', `A parameter's default is a number, true or false, a text, a list of numbers, slider(...), choice(...) or a region such as rectangle(...), not ${String(value)}.`);
  return value as Parameter;
}

/**
 * The value as this parameter's type: text is read (`--set sigma=3`), bounds are held.
 * Throws `PARAM_TYPE` or `PARAM_RANGE` with what would be right.
 */
export function readParameter(name: string, spec: Parameter, value: unknown): ParamValue {
  const wrong = (wanted: string): YardError => new YardError('PARAM_TYPE', `${name} must be ${wanted}, not ${JSON.stringify(value)}.`);
  switch (spec.type) {
    case 'number':
    case 'integer': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      if (typeof number !== 'number' || Number.isNaN(number)) throw wrong('a number');
      if (spec.type === 'integer' && !Number.isInteger(number)) throw wrong('a whole number');
      holdBounds(name, spec, number);
      return number;
    }
    case 'boolean':
      if (typeof value === 'boolean') return value;
      if (value === 'true' || value === 'false') return value === 'true';
      throw wrong('true or false');
    case 'string':
      if (typeof value !== 'string') throw wrong('a text');
      return value;
    case 'choice':
      if (typeof value !== 'string' || !spec.choices?.includes(value)) throw wrong(`one of ${spec.choices?.join(', ')}`);
      return value;
    case 'numbers':
    case 'rectangle':
    case 'circle':
    case 'ring':
    case 'polygon': {
      // An empty part is no number, though Number('') is 0.
      const list = typeof value === 'string' ? value.replace(/^\s*\[(.*)\]\s*$/, '$1').split(',').map((part) => (part.trim() === '' ? NaN : Number(part))) : value;
      if (!Array.isArray(list) || list.some((item) => typeof item !== 'number' || Number.isNaN(item))) throw wrong('a list of numbers, such as 1,2,3');
      if (spec.type !== 'numbers') checkRegion(name, spec.type, list as number[]);
      for (const item of list as number[]) holdBounds(name, spec, item);
      return list as number[];
    }
  }
}
