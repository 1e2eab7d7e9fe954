import type { Run, RunKey } from '@trainyard/exdf';

/** A key as `yard ls --json` gives it: `dtype` and `shape` of the whole array (rows first), entries in each train of the run. */
export interface KeyDescription {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly counts: readonly number[];
}

/** A source as `yard ls --json` gives it. */
export interface SourceDescription<Kind extends string> {
  readonly kind: Kind;
  readonly keys: { readonly [key: string]: KeyDescription };
}

/** The one object of `yard ls RUN --json` (stable): all trains, suspect ones too; every source under its recorded name. */
export interface RunDescription {
  readonly trainIds: readonly number[];
  readonly sources: { readonly [name: string]: SourceDescription<'control' | 'instrument'> };
  /** Sources of the sections REDUCTION and ERRATA; absent where the run has none. */
  readonly auxiliary?: { readonly [name: string]: SourceDescription<'reduction' | 'errata'> };
}

/** Old source names kept as links are listed too, as EXtra-data lists them. */
export function describeRun(run: Run): RunDescription {
  const { trainIds, sources, auxiliary } = run;
  return { trainIds, sources: describeSources(sources.values()), ...(auxiliary.size > 0 && { auxiliary: describeSources(auxiliary.values()) }) };
}

function describeSources<Kind extends string>(sources: Iterable<{ readonly name: string; readonly kind: Kind; readonly keys: ReadonlyMap<string, RunKey> }>): Record<string, SourceDescription<Kind>> {
  const described: Record<string, SourceDescription<Kind>> = Object.create(null) as Record<string, SourceDescription<Kind>>;
  for (const source of sources) {
    const keys: Record<string, KeyDescription> = Object.create(null) as Record<string, KeyDescription>;
    for (const key of source.keys.values()) keys[key.name] = describeKey(key);
    described[source.name] = { kind: source.kind, keys };
  }
  return described;
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
