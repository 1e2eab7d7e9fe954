import type { Run, RunKey } from '@trainyard/exdf';

/** A key as `yard ls --json` gives it: `dtype` and `shape` of the whole array (rows first), entries in each train of the run. */
export interface KeyDescription {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly counts: readonly number[];
}

/** The one object of `yard ls RUN --json` (stable): all trains, suspect ones too; every source under its recorded name. */
export interface RunDescription {
  readonly trainIds: readonly number[];
  readonly sources: { readonly [name: string]: { readonly kind: 'control' | 'instrument'; readonly keys: { readonly [key: string]: KeyDescription } } };
}

/** Old source names kept as links are listed too, as EXtra-data lists them. */
export function describeRun(run: Run): RunDescription {
  const sources: Record<string, RunDescription['sources'][string]> = Object.create(null) as Record<string, RunDescription['sources'][string]>;
  for (const source of run.sources.values()) {
    const keys: Record<string, KeyDescription> = Object.create(null) as Record<string, KeyDescription>;
    for (const key of source.keys.values()) keys[key.name] = describeKey(key);
    sources[source.name] = { kind: source.kind, keys };
  }
  return { trainIds: run.trainIds, sources };
}

/** A key of a type that cannot be read has the dtype `object`. */
export function describeKey(key: RunKey): KeyDescription {
  const { counts } = key.counts();
  try {
    return { dtype: key.dtype, shape: key.shape, counts };
  } catch {
    return { dtype: 'object', shape: [counts.reduce((sum, n) => sum + n, 0)], counts };
  }
}
