import type { ParamSet } from './parameters.ts';
import type { Constant } from './constant.ts';

/**
 * What a user's file declares by calling us while it loads, beside what it exports.
 * A worker loads one file at a time: it calls `collectDeclarations` around the import.
 */
export interface Declarations {
  readonly parameters: ParamSet[];
  readonly constants: Constant[];
}

let current: Declarations | undefined;

export function declare(kind: 'parameters', value: ParamSet): void;
export function declare(kind: 'constants', value: Constant): void;
export function declare(kind: keyof Declarations, value: ParamSet | Constant): void {
  (current?.[kind] as unknown[] | undefined)?.push(value);
}

/** Runs `load` and gives back what was declared meanwhile. */
export async function collectDeclarations<T>(load: () => Promise<T>): Promise<{ result: T; declared: Declarations }> {
  const declared: Declarations = { parameters: [], constants: [] };
  const outer = current;
  current = declared;
  try {
    return { result: await load(), declared };
  } finally {
    current = outer;
  }
}
