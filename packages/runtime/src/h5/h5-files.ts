import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { YardError } from '@trainyard/core';
import { Hdf5Dataset, candidates, openNow, startLibrary, type Hdf5File, type Hdf5Group, type Link } from '@trainyard/hdf5';

const MOST_OPEN = 8;
const MOST_LINKS = 32;
/** Virtual datasets of virtual datasets. */
const MOST_DEEP = 8;

/** What a path leads to, behind all links. */
export interface Found {
  readonly object: Hdf5Group | Hdf5Dataset;
}
/** A link that leads nowhere, or where it must not; the last of several. */
export interface Broken {
  readonly link?: Link;
  readonly why: string;
  readonly isOutside?: boolean;
}

/** The files that may be looked into, and those beside them. No link is left to the library: each is looked at before it is followed. */
export class H5Files {
  readonly #folders: ReadonlySet<string>;
  /** By path; the one used last is last. */
  readonly #open = new Map<string, { readonly file: Hdf5File; readonly mark: string }>();

  constructor(files: readonly string[]) {
    this.#folders = new Set(files.filter((file) => existsSync(file)).map((file) => dirname(realpathSync(file))));
  }

  /** What is at a path of a file. Throws `NOT_FOUND`, `H5_OUTSIDE`. */
  async at(path: string, inside: string): Promise<Hdf5Group | Hdf5Dataset> {
    await startLibrary();
    const found = this.follow(this.#file(path), '/', inside);
    if ('object' in found) return found.object;
    throw new YardError(found.isOutside ? 'H5_OUTSIDE' : 'NOT_FOUND', found.why);
  }

  /** Follows a path from a group of a file. */
  follow(file: Hdf5File, from: string, path: string, jumps = MOST_LINKS): Found | Broken {
    const names = partsOf(path.startsWith('/') ? path : `${from}/${path}`);
    let object: Hdf5Group | Hdf5Dataset = file;
    for (const [i, name] of names.entries()) {
      if (object instanceof Hdf5Dataset) return nothing(file, names);
      const link: Link | undefined = object.link(name);
      if (!link) {
        const next: Hdf5Group | Hdf5Dataset | undefined = object.get(name);
        if (!next) return nothing(file, names);
        object = next;
        continue;
      }
      const left = ['', ...names.slice(i + 1)].join('/');
      if (jumps === 0) return { link, why: `/${names.join('/')} is a circle of links.` };
      const target = this.#linked(file, link);
      if ('why' in target) return { ...target, link };
      const found = this.follow(target.file, link.kind === 'soft' ? object.path : '/', `${link.target}${left}`, jumps - 1);
      return 'object' in found || found.link ? found : { ...found, link };
    }
    return { object };
  }

  /** Throws `H5_OUTSIDE` where values would be read from files that are not in the folders of those that were given. */
  checkValues(dataset: Hdf5Dataset, file: Hdf5File, depth = 0): void {
    const { where, isVirtual } = dataset;
    if (isVirtual) {
      if (depth === MOST_DEEP) throw new YardError('H5_OUTSIDE', `${where} is made of virtual datasets of virtual datasets, ${MOST_DEEP} times: it is not followed.`);
      for (const source of distinct(dataset.virtualSources)) {
        const from = source.file === '.' ? file : this.#source(file, source.file, where);
        const found = from && this.follow(from, '/', source.path);
        if (found && 'object' in found) {
          if (found.object instanceof Hdf5Dataset) this.checkValues(found.object, from, depth + 1);
        } else if (found?.isOutside) throw new YardError('H5_OUTSIDE', found.why);
      }
      return;
    }
    if (dataset.chunks !== null || dataset.isNull) return;
    const isOutside = dataset.isStoredOutside;
    if (isOutside !== false) throw new YardError('H5_OUTSIDE', isOutside ? `The values of ${where} lie in files that are no HDF5 files: they are not read here.` : `It cannot be told where the values of ${where} lie: they are not read here.`);
  }

  /** The file that holds an object. */
  fileOf(object: Hdf5Group | Hdf5Dataset): Hdf5File {
    return this.#file(object.where.slice(0, -object.path.length - 1));
  }

  #linked(file: Hdf5File, link: Link): { readonly file: Hdf5File } | Broken {
    if (link.kind === 'soft') return { file };
    const home = dirname(file.filename);
    const place = [resolve(home, link.file), join(home, basename(link.file))].find((candidate) => existsSync(candidate));
    if (place === undefined) return { why: `The link leads to ${link.file}, which is not there.` };
    if (!this.#isInside(place)) return { why: `The link leads to ${link.file}, which does not lie in the folder of the files that are shown: it is not followed.`, isOutside: true };
    try {
      return { file: this.#file(place) };
    } catch (error) {
      return { why: (error as Error).message };
    }
  }

  /** A file that a virtual dataset takes values from; undefined: it is not there, and reads as fill values. */
  #source(file: Hdf5File, name: string, where: string): Hdf5File | undefined {
    // The library puts numbers into such names.
    const places = name.includes('%') ? [] : candidates(file.filename, name).filter((place) => existsSync(place));
    if (name.includes('%') || places.some((place) => !this.#isInside(place))) throw new YardError('H5_OUTSIDE', `${where} takes values from ${name}, which does not lie in the folder of the files that are shown: they are not read here.`);
    try {
      return places[0] === undefined ? undefined : this.#file(places[0]);
    } catch {
      return undefined;
    }
  }

  #isInside(place: string): boolean {
    const real = realpathSync(place);
    return [...this.#folders].some((folder) => real.startsWith(folder.endsWith(sep) ? folder : folder + sep));
  }

  /** Opened once, and again when it has changed. */
  #file(path: string): Hdf5File {
    const at = isAbsolute(path) ? path : resolve(path);
    const stats = statSync(at, { throwIfNoEntry: false });
    const mark = `${stats?.ino} ${stats?.size} ${stats?.mtimeMs}`;
    const known = this.#open.get(at);
    this.#open.delete(at);
    if (known && known.mark === mark && !known.file.closed) {
      this.#open.set(at, known);
      return known.file;
    }
    known?.file.close();
    const file = openNow(at);
    this.#open.set(at, { file, mark });
    return file;
  }

  /** Between two questions: all but `most` are closed, those that were not used for long first. */
  tidy(most = MOST_OPEN): void {
    for (const [path, { file }] of this.#open) {
      if (this.#open.size <= most) return;
      this.#open.delete(path);
      file.close();
    }
  }
}

function partsOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

/** Said so that the page knows it for what it is. */
function nothing(file: Hdf5File, names: readonly string[]): Broken {
  return { why: `/${names.join('/')} is not a valid path in ${basename(file.filename)}: there is nothing.` };
}

function distinct(sources: readonly { readonly file: string; readonly path: string }[]): { readonly file: string; readonly path: string }[] {
  return [...new Map(sources.map((source) => [`${source.file}\0${source.path}`, source])).values()];
}
