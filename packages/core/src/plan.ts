import { workspace } from './workspace.ts';

/** What a plan depends on: a value, a function of the parameters now, or a file (`planFile`). */
export type PlanInput<T> = T | (() => T) | PlanFile;

/** A file that a plan reads; the plan is rebuilt when the file changes. Relative paths start at the list's or views file's folder. */
export class PlanFile {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }
}

/** The text of a file as a plan's input. */
export function planFile(path: string): PlanFile {
  return new PlanFile(path);
}

type Built<I> = I extends PlanFile ? string : I extends () => infer T ? T : I;

/**
 * What is costly to set up (a look-up table, a sparse matrix): built once per worker on first use, and again when one of
 * its inputs has changed. Call the result to get it: `const lut = plan((sigma) => table(sigma), () => p.sigma)`.
 */
export function plan<const I extends readonly unknown[], T>(make: (...inputs: { [K in keyof I]: Built<I[K]> }) => T, ...inputs: I): () => T {
  let built: { readonly keys: readonly unknown[]; readonly value: T } | undefined;
  const base = workspace.folder;
  return () => {
    const keys = inputs.map((input) => (input instanceof PlanFile ? workspace.readText(input.path, base) : typeof input === 'function' ? (input as () => unknown)() : input));
    if (!built || keys.some((key, i) => !Object.is(key, built!.keys[i]))) {
      built = { keys, value: make(...(keys as { [K in keyof I]: Built<I[K]> })) };
    }
    return built.value;
  };
}
