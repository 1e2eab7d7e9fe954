import type { InputRef } from './inputs.ts';
import type { ViewKind } from './kinds.ts';
import type { Parameter } from './parameters.ts';
import type { ViewOptions } from './view-spec.ts';

/** What the decorators of one method said. */
export interface MethodView {
  kind?: ViewKind;
  options: ViewOptions;
  inputs: (InputRef | undefined)[];
}

/** What the decorators of one class said; its own only: a base class keeps its own record. */
export interface ClassRecord {
  readonly methods: Map<string, MethodView>;
  readonly params: Map<string, Partial<Parameter>>;
  readonly constants: Set<string>;
  /** Field of a reducer -> name of the method that feeds it, or of one for each of its inputs. */
  readonly states: Map<string, string | Readonly<Record<string, string>>>;
}

const records = new WeakMap<object, ClassRecord>();

/** The record of a prototype itself, made on first use. */
export function ownRecord(prototype: object): ClassRecord {
  let record = records.get(prototype);
  if (!record) records.set(prototype, (record = { methods: new Map(), params: new Map(), constants: new Set(), states: new Map() }));
  return record;
}

/** The records from the base class down to `prototype`; empty for a class without decorators. */
export function recordsOf(prototype: object): ClassRecord[] {
  const chain: ClassRecord[] = [];
  for (let p: object | null = prototype; p && p !== Object.prototype; p = Object.getPrototypeOf(p) as object | null) {
    const record = records.get(p);
    if (record) chain.unshift(record);
  }
  return chain;
}
