import { attempt } from '../library.ts';
import { DirectDataset, type Described } from './direct-dataset.ts';
import { FileBytes, NotDirect } from './file-bytes.ts';
import { readSuperblock } from './superblock.ts';

const MAX_LINKS = 32;

/** The bytes of an open file beside the library: opened when the first dataset is read, closed with the file. */
export class DirectFile {
  readonly #path: string;
  #bytes: FileBytes | undefined;
  #impossible = false;
  /** Group path -> the path without soft links; undefined when it leads out of the file. */
  readonly #real = new Map<string, string | undefined>([['', '']]);

  constructor(path: string) {
    this.#path = path;
  }

  /** The dataset as it lies in the file; undefined where the library has to read it. */
  dataset(fileId: bigint, path: string, described: Described): DirectDataset | undefined {
    if (this.#impossible) return undefined;
    try {
      const real = this.#realPath(fileId, path, MAX_LINKS);
      if (real === undefined) return undefined;
      const reference = attempt((module) => (module as unknown as { create_object_reference(id: bigint, path: string): Uint8Array }).create_object_reference(fileId, real));
      if (!reference.value || reference.value.length < 8 || reference.report) return undefined;
      const address = Number(Buffer.from(reference.value).readBigUInt64LE(0));
      return new DirectDataset(this.#open(), address, described);
    } catch (error) {
      if (error instanceof NotDirect) return undefined;
      throw error;
    }
  }

  close(): void {
    this.#bytes?.close();
    this.#bytes = undefined;
    this.#impossible = true;
  }

  #open(): FileBytes {
    if (this.#bytes) return this.#bytes;
    try {
      this.#bytes = new FileBytes(this.#path);
      readSuperblock(this.#bytes);
      return this.#bytes;
    } catch (error) {
      this.close();
      throw error instanceof NotDirect ? error : new NotDirect((error as Error).message, { cause: error });
    }
  }

  /** An address says nothing of the file it is in: a path that leads through an external link is left to the library. */
  #realPath(fileId: bigint, path: string, links: number): string | undefined {
    const known = this.#real.get(path);
    if (known !== undefined || this.#real.has(path)) return known;
    if (links === 0) return undefined;
    const cut = path.lastIndexOf('/');
    const parent = this.#realPath(fileId, path.slice(0, cut), links);
    let real: string | undefined;
    if (parent !== undefined) {
      const here = `${parent}/${path.slice(cut + 1)}`;
      const soft = attempt((module) => module.get_symbolic_link(fileId, here) as string | null).value;
      const external = soft ? undefined : attempt((module) => module.get_external_link(fileId, here));
      if (soft) real = this.#realPath(fileId, (soft.startsWith('/') ? soft : `${parent}/${soft}`).replace(/\/+/g, '/').replace(/\/$/, ''), links - 1);
      else if (!external?.value?.filename || external.report) real = here;
    }
    this.#real.set(path, real);
    return real;
  }
}
