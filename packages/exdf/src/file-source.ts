import type { NumericArray } from '@trainyard/hdf5';
import { FileKey, type KeyHome } from './file-key.ts';
import type { RunKey, RunSource } from './run.ts';

/** Keys by name; a name without `.value` finds the value. */
class Keys extends Map<string, RunKey> {
  override get(name: string): RunKey | undefined {
    return super.get(name) ?? super.get(`${name}.value`);
  }

  override has(name: string): boolean {
    return super.has(name) || super.has(`${name}.value`);
  }
}

/** A source whose data lies in one or more files. */
export class FileSource implements RunSource {
  readonly name: string;
  readonly kind: 'control' | 'instrument';
  readonly legacy?: string;
  private readonly home: KeyHome;
  private knownKeys: Keys | undefined;

  constructor(home: KeyHome, legacy?: string) {
    this.home = home;
    this.name = home.name;
    this.kind = home.kind;
    if (legacy !== undefined) this.legacy = legacy;
  }

  /** The keys of the first file of the source that has trains; the files of a run agree. */
  get keys(): ReadonlyMap<string, RunKey> {
    if (!this.knownKeys) {
      this.knownKeys = new Keys();
      const base = `/${this.kind.toUpperCase()}/${this.name}`;
      for (const name of this.walk(base)) this.knownKeys.set(name, new FileKey(this.home, name));
    }
    return this.knownKeys;
  }

  runValues(): Record<string, string | number | bigint | NumericArray | string[]> {
    const values: Record<string, string | number | bigint | NumericArray | string[]> = {};
    if (this.kind !== 'control') return values;
    const file = this.firstFile;
    const base = `/RUN/${this.name}`;
    for (const name of this.walk(base)) {
      if (name.endsWith('.timestamp')) continue;
      const dataset = file.dataset(`${base}/${name.replaceAll('.', '/')}`);
      if (!dataset || dataset.dtype === 'object' || dataset.shape[0] === 0) continue;
      const data = dataset.read(dataset.shape.length > dataset.innerShape.length ? [[0, 1]] : undefined);
      const value = dataset.shape.length > 1 ? data : data[0];
      if (value !== undefined) values[name.replace(/\.value$/, '')] = value;
    }
    return values;
  }

  private get firstFile(): KeyHome['files'][number] {
    return this.home.files.find((file) => file.trainIds.length > 0) ?? this.home.files[0];
  }

  private walk(base: string): string[] {
    const group = this.firstFile.open().get(base);
    if (!group || group.kind === 'dataset') return [];
    // A legacy name is a link: the library names the members below the path that was asked for.
    return Array.from(group.datasets(), (dataset) => dataset.path.slice(base.length + 1).replaceAll('/', '.'));
  }
}
