import { Labelled, NdArray, blockOf, didYouMean, formatDataPath, outcomeNames, type DataPath, type Labels, type Series } from '@trainyard/core';
import type { SourceInfo, SourceTree } from '@trainyard/control';
import { readResults, type ArrayValue, type ResultRow, type ResultsFile, type ResultValue, type ResultView, type RowLabels } from '@trainyard/nexus';
import { asValue } from '../worker/train-inputs.ts';

/** Whether there is one, and which. */
type Found = { readonly value: unknown } | { readonly missing: string };

/** What is read of one view. */
interface Entry {
  readonly view: ResultView;
  /** Train ID, or for a reducer over all trains the block, -> row. */
  readonly rows: ReadonlyMap<number, number>;
  /** `undefined` until it was asked for. */
  outcomes?: Uint8Array;
  final?: Found;
}

/** A results file as recorded data: view `group/view` is the source `yard/group/view`, as on the bridge. Its keys: `data`, `outcome`, and `final` of a reducer over all trains. */
export class RecordedResults {
  readonly path: string;
  /** Train IDs seen, each once. */
  readonly trainIds: readonly number[];
  readonly #file: ResultsFile;
  readonly #entries: ReadonlyMap<string, Entry>;
  #index: ReadonlyMap<number, number> | undefined;
  #reasons: ReadonlyMap<string, readonly { readonly trainId: number; readonly message: string }[]> | undefined;

  static async open(path: string): Promise<RecordedResults> {
    return new RecordedResults(await readResults(path));
  }

  private constructor(file: ResultsFile) {
    this.#file = file;
    this.path = file.path;
    this.trainIds = [...new Set(file.trainIds)];
    this.#entries = new Map(file.views.map((view) => {
      const ids = file.rowTrainIds(view.id);
      return [`yard/${view.id}`, { view, rows: new Map(Array.from(ids, (id, row) => [view.cumulative ? blockOf(id) : id, row])) }];
    }));
  }

  get tree(): SourceTree {
    return { sources: Array.from(this.#entries, ([name, entry]) => this.#info(name, entry)) };
  }

  close(): void {
    this.#file.close();
  }

  /** One key at a train. A reducer over all trains has at each train the value of its block of 64 train IDs. */
  at(trainId: number, path: DataPath & { readonly kind: 'karabo' }): Found {
    const text = formatDataPath(path);
    const entry = this.#entries.get(path.source);
    if (!entry) return { missing: `${text}: these results have no ${path.source}.${didYouMean(path.source, this.#entries.keys())}` };
    if (path.key === 'outcome') return { value: this.#outcome(entry, trainId) };
    if (path.key === 'final' && entry.view.cumulative) return (entry.final ??= this.#final(text, entry));
    const [key, ...series] = path.key.split('.');
    if (key !== 'data') return { missing: `${text}: ${path.source} has no key ${path.key}.${didYouMean(path.key, ['data', 'outcome', ...(entry.view.cumulative ? ['final'] : [])])}` };
    const row = entry.rows.get(entry.view.cumulative ? blockOf(trainId) : trainId);
    if (row === undefined) return { missing: `${text}: ${this.#why(entry, trainId)}` };
    const value = valueOf(this.#row(entry.view.id, row));
    if (series.length === 0) return { value };
    const name = series.join('.');
    const inside = bare(value);
    return isNamed(inside) && Object.hasOwn(inside, name) ? { value: inside[name] } : { missing: `${text}: there is no ${name} in it` };
  }

  #row(id: string, row: number): ResultRow {
    const [found] = this.#file.rows(id, row, row + 1);
    return found!;
  }

  #final(text: string, { view }: Entry): Found {
    const final = this.#file.final(view.id);
    return final ? { value: valueOf(final) } : { missing: `${text}: there was no train to make it from` };
  }

  #outcome(entry: Entry, trainId: number): string {
    this.#index ??= new Map(Array.from(this.#file.trainIds, (id, i) => [id, i]));
    entry.outcomes ??= this.#file.outcomes(entry.view.id);
    return outcomeNames[entry.outcomes[this.#index.get(trainId)!]!] ?? 'none';
  }

  /** Why the view had no value when the file was written. */
  #why(entry: Entry, trainId: number): string {
    if (!this.#reasons) {
      const reasons = new Map<string, { trainId: number; message: string }[]>();
      for (const { view, trainId: from, message } of this.#file.reasons()) reasons.set(view, [...(reasons.get(view) ?? []), { trainId: from, message }]);
      this.#reasons = reasons;
    }
    const outcome = this.#outcome(entry, trainId);
    const message = this.#reasons.get(entry.view.id)?.findLast((reason) => reason.trainId <= trainId)?.message;
    return `the outcome was ${outcome} when this was written${outcome === 'value' || !message ? '' : `: ${message}`}`;
  }

  #info(name: string, { view, rows }: Entry): SourceInfo {
    const key = (of: string, dtype: string, shape: readonly number[]): SourceInfo['keys'][number] => ({ key: of, path: formatDataPath({ kind: 'karabo', source: name, key: of }), dtype, shape });
    const describe = (of: string, value: unknown): SourceInfo['keys'] => {
      const array = bare(value);
      if (isNamed(array)) return [key(of, view.kind === 'table' ? 'table' : 'series', []), ...(of === 'data' ? Object.entries(array).flatMap(([series, one]) => describe(`data.${series}`, one)) : [])];
      if (array instanceof NdArray) return [key(of, array.dtype, array.shape)];
      if (Array.isArray(array)) return [key(of, 'str', [array.length])];
      return [key(of, typeof array === 'string' ? 'str' : typeof array === 'boolean' ? 'bool' : 'float64', [])];
    };
    const result = (of: string, value: unknown): SourceInfo['keys'] => describe(of, value).map((one) => (one.key === of ? { ...one, kind: view.kind } : one));
    const final = view.cumulative ? this.#file.final(view.id) : undefined;
    return {
      name,
      kind: 'instrument',
      keys: [
        ...(rows.size ? result('data', valueOf(this.#row(view.id, 0))) : []),
        ...(final ? result('final', valueOf(final)) : []),
        key('outcome', 'str', []),
      ],
    };
  }
}

/** As a view gave it. */
function valueOf({ value, labels }: { readonly value: ResultValue; readonly labels?: RowLabels }): unknown {
  if (typeof value !== 'object') return value;
  if (!isArray(value)) {
    const named = Object.fromEntries(Object.entries(value).map(([name, series]) => [name, isArray(series) ? asValue(series) : series]));
    return labels?.axes ? new Labelled(named as Series, labelsOf(labels)) : named;
  }
  const plain = asValue(value);
  return labels && plain instanceof NdArray ? new Labelled(plain, labelsOf(labels)) : plain;
}

/** Without labels. */
function bare(value: unknown): unknown {
  return value instanceof Labelled ? value.array : value;
}

function labelsOf({ unit, axes, errors, counts }: RowLabels): Labels {
  const bars = errors && asValue(errors);
  return { ...(unit !== undefined && { unit }), ...(axes && { axes }), ...(bars instanceof NdArray && { errors: bars }), ...(counts && { counts }) };
}

function isArray(value: object): value is ArrayValue {
  return 'dtype' in value && 'shape' in value && 'data' in value;
}

function isNamed(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
