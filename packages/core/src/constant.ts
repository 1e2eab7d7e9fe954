import { declare } from './declarations.ts';

/**
 * A value that survives every edit and restart: a dark image, a reference.
 * Only an action or a reducer's save writes it; all workers get it at one train boundary.
 */
export class Constant<T = unknown> {
  /** Given by the export's or field's name when the code did not say one. */
  name: string | undefined;
  /** What was recorded last; undefined until then. Read it inside a view. */
  value: T | undefined = undefined;
  constructor(name?: string) {
    this.name = name;
  }
}

/** Declares a constant: `export const dark = keep<Image>()`, then `dark.value` inside a view. A name is needed only when it is not exported. */
export function keep<T>(name?: string): Constant<T> {
  const constant = new Constant<T>(name);
  declare('constants', constant);
  return constant;
}
