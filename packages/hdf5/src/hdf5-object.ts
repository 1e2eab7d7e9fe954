import { attributeNames, readAttribute, writeAttribute, type AttributeValue } from './attributes.ts';
import type { FileHandle } from './file-handle.ts';
import { Hdf5Error } from './hdf5-error.ts';
import { attempt, type Metadata } from './library.ts';

/** A group or dataset of an open file. */
export abstract class Hdf5Object {
  /** Absolute path inside the file. */
  readonly path: string;
  protected readonly file: FileHandle;

  constructor(file: FileHandle, path: string) {
    this.file = file;
    this.path = path;
  }

  /** `FILE:/path`, for messages. */
  get where(): string {
    return `${this.file.path}:${this.path}`;
  }

  /** The library's number of the file, which is opened by it now if it was not yet. */
  protected get fileId(): bigint {
    this.requireOpen();
    return this.file.id;
  }

  protected requireOpen(): void {
    if (this.file.closed) throw new Hdf5Error('HDF5_CLOSED', this.where, 'The file is closed');
  }

  /** Names of the attributes. */
  attributeNames(): string[] {
    return attributeNames(this.fileId, this.path);
  }

  /** Value of an attribute; undefined when it is absent. */
  attribute(name: string): AttributeValue | undefined {
    return readAttribute(this.fileId, this.path, name);
  }

  /** How an attribute is stored, in the library's words; undefined when it is absent. */
  attributeMetadata(name: string): Metadata | undefined {
    return attempt((module) => module.get_attribute_metadata(this.fileId, this.path, name)).value;
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
