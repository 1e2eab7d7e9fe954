import { ExdfError } from './exdf-error.ts';
import { asAuxiliary, FileSource } from './file-source.ts';
import { membersOf, trainsWithData, type RunParts } from './run-parts.ts';
import type { AuxiliarySource, Run, RunData, RunKey, RunSource } from './run.ts';
import { addAliases, aliasTarget, type AliasDefinition, type Aliases } from './select/aliases.ts';
import { onlyAliased } from './select/only-aliased.ts';
import { isKey, isList, isRun, isSource, keyOf, selectKeys, sourceOf, type SelectedKeys, type Selection, type SelectOptions } from './select/selection.ts';
import { selectTrains, splitTrains, type TrainSelection } from './select/select-trains.ts';
import { auxiliaryOf, sorted, type Sources } from './sources.ts';
import { tableOf, type Table, type TableKey } from './table.ts';
import { unionOf } from './union.ts';

/** A run made of files; see `Run`. */
export class FileRun implements Run {
  readonly parts: RunParts;
  #suspects: number[] | undefined;
  #auxiliary: Sources | undefined;
  #trainIds: number[] | undefined;

  constructor(parts: RunParts) {
    this.parts = parts;
  }

  get trainIds(): number[] {
    this.#trainIds ??= [...this.parts.trains.ids];
    return this.#trainIds;
  }

  get suspectTrainIds(): number[] {
    if (!this.#suspects) {
      const suspects = new Set<number>();
      for (const { trainIds, valid } of this.parts.members) for (let i = 0; i < valid.length; i++) if (!valid[i]) suspects.add(trainIds[i]!);
      this.#suspects = [...suspects].sort((a, b) => a - b);
    }
    return this.#suspects;
  }

  get sources(): ReadonlyMap<string, RunSource> {
    return this.parts.sources as ReadonlyMap<string, unknown> as ReadonlyMap<string, RunSource>;
  }

  get auxiliary(): ReadonlyMap<string, AuxiliarySource> {
    this.#auxiliary ??= auxiliaryOf(this.parts.members, this.parts.trains);
    return new Map(Array.from(this.#auxiliary, ([name, source]) => [name, asAuxiliary(source)]));
  }

  get aliases(): Aliases {
    return this.parts.aliases;
  }

  get skipped(): { file: string; reason: string }[] {
    return this.parts.origin.skipped;
  }

  get directory(): string {
    return this.parts.origin.directory;
  }

  get files(): string[] {
    return this.parts.members.map((file) => file.name);
  }

  metadata(): Record<string, string | number> {
    return this.parts.members[0]!.metadata();
  }

  timestamps(): (bigint | undefined)[] {
    const times = new Map<number, bigint>();
    for (const file of this.parts.members) {
      const own = file.timestamps();
      if (own) file.trainIds.forEach((trainId, i) => times.has(trainId) || times.set(trainId, own[i]!));
    }
    return this.trainIds.map((trainId) => times.get(trainId));
  }

  source(name: string): RunSource {
    return sourceOf(this.sources, name);
  }

  key(source: string, key: string): RunKey {
    return keyOf(this.source(source), key);
  }

  alias(name: string): RunSource | RunKey {
    const { source, key } = aliasTarget(this.aliases, name);
    return key === undefined ? this.source(source) : this.key(source, key);
  }

  select(what: Selection, keys?: string | SelectOptions, options?: SelectOptions): Run {
    const pattern = typeof keys === 'string' ? keys : '*';
    const rules = options ?? (typeof keys === 'object' ? keys : {});
    const selected = this.#only(selectKeys(this.sources, what, pattern), (run) => run.select(names(what), pattern, rules));
    if (!rules.requireAll && !rules.requireAny) return selected;
    const chosen = trainsWithData(selected.parts, rules.requireAll ?? false);
    return selected.#narrowed(chosen, selected.parts.steps);
  }

  deselect(what: Selection, keys = '*'): Run {
    const dropped = selectKeys(this.sources, what, keys);
    const rest: SelectedKeys = new Map();
    for (const [name, source] of this.parts.sources) {
      const out = dropped.get(name);
      if (!dropped.has(name)) rest.set(name, undefined);
      else if (out) {
        const left = Array.from(source.keys.keys()).filter((key) => !out.has(key));
        if (left.length) rest.set(name, new Set(left));
      }
    }
    return this.#only(rest, (run) => run.deselect(names(what), keys));
  }

  trains(which: TrainSelection): Run {
    return this.#narrowed(selectTrains(this.parts.trains.ids, which), [...this.parts.steps, (run) => run.trains(which)]);
  }

  split(how: number | { readonly trains: number }): Run[] {
    // A part stays the part it is when more trains join the run.
    return splitTrains(this.parts.trains.ids, how).map((ids) => this.#narrowed(ids, [...this.parts.steps, (run) => run.trains(ids)]));
  }

  union(...others: readonly Run[]): Run {
    const all = [this, ...others].map((run) => {
      if (!(run instanceof FileRun)) throw new ExdfError('EXDF_SELECT', this.directory, 'Only runs that were opened from files can be put together');
      return run;
    });
    return new FileRun(unionOf(all.map(({ parts }) => parts), refreshed));
  }

  withAliases(...definitions: readonly AliasDefinition[]): Run {
    const aliases = addAliases(this.aliases, definitions);
    return new FileRun({ ...this.parts, aliases, steps: [...this.parts.steps, (run) => run.withAliases(...definitions)] });
  }

  onlyAliases(definitions: readonly AliasDefinition[], options: SelectOptions & { readonly strict?: boolean } = {}): Run {
    return onlyAliased(this.withAliases(...definitions), options);
  }

  readTrain(trainId: number): ReadonlyMap<string, ReadonlyMap<string, RunData>> {
    const train = new Map<string, ReadonlyMap<string, RunData>>();
    for (const source of this.sources.values()) {
      const values = new Map<string, RunData>();
      for (const key of source.keys.values()) {
        const value = key.readTrain(trainId);
        if (value) values.set(key.name, value);
      }
      if (values.size) train.set(source.name, values);
    }
    return train;
  }

  table(keys: readonly TableKey[]): Table {
    return tableOf(this, keys);
  }

  async refresh(): Promise<Run> {
    return new FileRun(refreshed(this.parts));
  }

  close(): void {
    this.parts.origin.close();
  }

  #only(selected: SelectedKeys, step: (run: Run) => Run): FileRun {
    const sources = sorted(Array.from(selected, ([name, keys]) => {
      const source = this.parts.sources.get(name)!;
      return keys ? new FileSource(source.home, keys) : source;
    }));
    return new FileRun({ ...this.parts, sources, members: membersOf(sources), steps: [...this.parts.steps, step] });
  }

  #narrowed(ids: readonly number[], steps: RunParts['steps']): FileRun {
    const trains = this.parts.trains.with(ids);
    const sources = sorted(Array.from(this.parts.sources.values(), ({ home, selected }) => {
      const files = home.files.filter((file) => trains.placesOf(file).some((place) => place >= 0));
      // One file stays, so that types and values at the start are still known.
      return new FileSource({ ...home, trains, files: files.length ? files : home.files.slice(0, 1) }, selected);
    }));
    return new FileRun({ ...this.parts, trains, sources, members: sources.size ? membersOf(sources) : this.parts.members, steps });
  }
}

/** A run as it is on the disk now, selected in the same way. */
function refreshed({ origin, steps }: RunParts): RunParts {
  return (steps.reduce<Run>((run, step) => step(run), new FileRun(origin.refresh())) as FileRun).parts;
}

/** After a refresh patterns are looked up again; what was taken from another run, source or key stays what it was. */
function names(what: Selection): Selection {
  if (typeof what === 'string' || isList(what)) return what;
  if (isRun(what)) return Object.fromEntries(Array.from(what.sources.values(), (source) => [source.name, [...source.keys.keys()]]));
  if (isSource(what)) return { [what.name]: [...what.keys.keys()] };
  return isKey(what) ? { [what.source]: [what.name] } : what;
}
