import { attributeNames, readAttribute, writeAttribute, type AttributeValue } from './attributes.ts';
import type { DirectFile } from './direct/direct-file.ts';
import { library, type Instance } from './library.ts';
import { Hdf5Error } from './hdf5-error.ts';

/** What the objects of one open file share. */
export interface OpenFile {
  readonly id: bigint;
  readonly instance: Instance;
  readonly path: string;
  readonly closed: boolean;
  /** The bytes beside the library; absent for a file that may change. */
  readonly direct?: DirectFile;
}

/** A group or dataset of an open file. */
export abstract class Hdf5Object {
  /** Absolute path inside the file. */
  readonly path: string;
  protected readonly file: OpenFile;

  constructor(file: OpenFile, path: string) {
    this.file = file;
    this.path = path;
  }

  /** `FILE:/path`, for messages. */
  get where(): string {
    return `${this.file.path}:${this.path}`;
  }

  protected get fileId(): bigint {
    if (this.file.closed) throw new Hdf5Error('HDF5_CLOSED', this.where, 'The file is closed');
    if (this.file.instance !== library()) throw new Hdf5Error('HDF5_CLOSED', this.where, 'The file was closed when the HDF5 library had to be started again: open it again');
    return this.file.id;
  }

  /** Names of the attributes. */
  attributeNames(): string[] {
    return attributeNames(this.fileId, this.path);
  }

  /** Value of an attribute; undefined when it is absent. */
  attribute(name: string): AttributeValue | undefined {
    return readAttribute(this.fileId, this.path, name);
  }

  /** All attributes by name. */
  attributes(): Record<string, AttributeValue> {
    const values: Record<string, AttributeValue> = {};
    for (const name of this.attributeNames()) {
      const value = this.attribute(name);
      if (value !== undefined) values[name] = value;
    }
    return values;
  }

  /** Writes or replaces an attribute; see `writeAttribute` for the types. */
  setAttribute(name: string, value: AttributeValue, dtype?: string): void {
    writeAttribute(this.fileId, this.path, this.where, name, value, dtype);
  }
}
