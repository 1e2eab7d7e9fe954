import { randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { YardError } from '@trainyard/core';

export interface KeptLimits {
  readonly files: number;
  /** Of all together, on the disk and in memory. */
  readonly bytes: number;
  readonly memoryBytes: number;
}

export interface KeptFile {
  readonly name: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * Files of one kind that people keep: so many, so large. In a folder, or in memory where this yard has none of its own. Names are checked by
 * who gives them: one that begins with a dot is not listed.
 */
export class KeptFiles {
  readonly folder: string | undefined;
  readonly #limits: KeptLimits;
  readonly #memory = new Map<string, { readonly content: Uint8Array; readonly at: number }>();
  /** One after the other, so that what there is room for is known. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(folder: string | undefined, limits: KeptLimits) {
    this.folder = folder;
    this.#limits = limits;
  }

  /** By name. */
  async list(): Promise<KeptFile[]> {
    const files = this.folder === undefined ? Array.from(this.#memory, ([name, { content, at }]) => ({ name, bytes: content.length, at })) : await filesIn(this.folder);
    return files.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    if (this.folder === undefined) return this.#memory.get(name)?.content;
    return readFile(join(this.folder, name)).catch(() => undefined);
  }

  /** Throws `FULL` when there are too many or they are too large, and when the disk refuses. */
  write(name: string, content: Uint8Array): Promise<void> {
    return this.#inTurn(async () => {
      const others = (await this.list()).filter((file) => file.name !== name);
      const { files, bytes, memoryBytes } = this.#limits;
      const most = this.folder === undefined ? memoryBytes : bytes;
      if (others.length >= files) throw new YardError('FULL', `There are ${files} already; remove one.`);
      if (others.reduce((sum, file) => sum + file.bytes, content.length) > most) throw new YardError('FULL', `All together would have more than ${most / 1e6} MB; remove some.`);
      if (this.folder === undefined) this.#memory.set(name, { content, at: Date.now() });
      else await writeBeside(this.folder, name, content);
    });
  }

  /** Whether there was one. */
  remove(name: string): Promise<boolean> {
    return this.#inTurn(async () => {
      if (this.folder === undefined) return this.#memory.delete(name);
      return rm(join(this.folder, name)).then(() => true, () => false);
    });
  }

  /** What is added to the answer to who kept something. */
  get where(): { readonly kept: 'folder' | 'memory'; readonly message?: string } {
    return this.folder === undefined ? { kept: 'memory', message: 'It is kept until this yard ends: it has no folder of its own (yard live and yard demo with a file have one, unless another watches it).' } : { kept: 'folder' };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#writing.then(work);
    this.#writing = done.catch(() => undefined);
    return done;
  }
}

async function filesIn(folder: string): Promise<KeptFile[]> {
  const names = await readdir(folder).catch(() => []);
  const files = await Promise.all(names.filter((name) => !name.startsWith('.')).map(async (name) => {
    const found = await stat(join(folder, name)).catch(() => undefined);
    return found?.isFile() ? [{ name, bytes: found.size, at: found.mtimeMs }] : [];
  }));
  return files.flat();
}

/** Written beside and renamed, so that a crash leaves the old one or the new one. */
async function writeBeside(folder: string, name: string, content: Uint8Array): Promise<void> {
  const beside = join(folder, `.${randomBytes(6).toString('hex')}.new`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(beside, content);
    await rename(beside, join(folder, name));
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw new YardError('FULL', `It cannot be kept in ${folder}: ${(error as Error).message}`);
  }
}
