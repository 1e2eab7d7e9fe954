import type { NumericArray } from '@trainyard/hdf5';
import { FileKey } from './file-key.ts';
import { indexGroup, type KeyHome } from './key-home.ts';
import type { AuxiliarySource, RunKey, RunSource } from './run.ts';

/** Keys by name; a name without `.value` finds the value. */
class Keys extends Map<string, RunKey> {
  override get(name: string): RunKey | undefined {
    return super.get(name) ?? super.get(`${name}.value`);
  }

  override has(name: string): boolean {
    return super.has(name) || super.has(`${name}.value`);
  }
}

const KINDS = { CONTROL: 'control', INSTRUMENT: 'instrument', REDUCTION: 'reduction', ERRATA: 'errata' } as const;

/** A source whose data lies in one or more files. */
export class FileSource {
  readonly name: string;
  readonly kind: 'control' | 'instrument' | 'reduction' | 'errata';
  readonly legacy?: string;
  readonly home: KeyHome;
  /** Names of the keys that were selected; undefined for all. */
  readonly selected: ReadonlySet<string> | undefined;
  #keys: Keys | undefined;

  constructor(home: KeyHome, selected?: ReadonlySet<string>) {
    this.home = home;
    this.selected = selected;
    this.name = home.name;
    this.kind = KINDS[home.section];
    const legacy = home.section === 'INSTRUMENT' ? home.files[0]?.legacy.get(home.recorded) : undefined;
    if (legacy !== undefined) this.legacy = legacy;
  }

  /** The keys of the first file of the source that has trains; the files of a run agree. */
  get keys(): ReadonlyMap<string, RunKey> {
    if (!this.#keys) {
      this.#keys = new Keys();
      const { section, recorded } = this.home;
      for (const name of this.#firstFile.namesBelow(`/${section}/${recorded}`)) if (this.selected?.has(name) ?? true) this.#keys.set(name, new FileKey(this.home, name));
    }
    return this.#keys;
  }

  /** Index groups of the keys: they have entries in the same trains. */
  get groups(): string[] {
    return [...new Set(Array.from(this.keys.keys(), (key) => indexGroup(this.home, key)))];
  }

  get deviceClass(): string | undefined {
    const value = this.kind === 'control' ? this.#runValue(`/RUN/${this.home.recorded}/classId/value`) : undefined;
    return typeof value === 'string' ? value : undefined;
  }

  runValues(): Record<string, string | number | bigint | NumericArray | string[]> {
    const values: Record<string, string | number | bigint | NumericArray | string[]> = {};
    if (this.kind !== 'control') return values;
    const base = `/RUN/${this.home.recorded}`;
    for (const name of this.#firstFile.namesBelow(base)) {
      if (name.endsWith('.timestamp')) continue;
      const value = this.#runValue(`${base}/${name.replaceAll('.', '/')}`);
      if (value !== undefined) values[name.replace(/\.value$/, '')] = value;
    }
    return values;
  }

  #runValue(path: string): string | number | bigint | NumericArray | string[] | undefined {
    const dataset = this.#firstFile.dataset(path);
    if (!dataset || dataset.dtype === 'object' || dataset.shape[0] === 0) return undefined;
    const data = dataset.read(dataset.shape.length > dataset.innerShape.length ? [[0, 1]] : undefined);
    return dataset.shape.length > 1 ? data : data[0];
  }

  get #firstFile(): KeyHome['files'][number] {
    const { files } = this.home;
    return files.find((file) => file.trainIds.length > 0) ?? files[0]!;
  }
}

/** As the run hands it out. */
export function asSource(source: FileSource): RunSource {
  return source as RunSource;
}

export function asAuxiliary(source: FileSource): AuxiliarySource {
  return source as AuxiliarySource;
}
