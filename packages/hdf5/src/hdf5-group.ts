import type { DirectFile } from './direct/direct-file.ts';
import { attempt, cause, library } from './library.ts';
import { Hdf5Dataset } from './hdf5-dataset.ts';
import { Hdf5Error } from './hdf5-error.ts';
import { Hdf5Object } from './hdf5-object.ts';
import { createDataset, type DatasetOptions } from './create-dataset.ts';

/** A link that names its target instead of being it. */
export type Link = { kind: 'soft'; target: string } | { kind: 'external'; file: string; target: string };

/** A group of an open file. Paths may be relative to it or absolute, and lead through links. */
export class Hdf5Group extends Hdf5Object {
  readonly kind: 'group' | 'file' = 'group';

  /** Names of the members. */
  keys(): string[] {
    this.requireOpen();
    const direct = this.file.ask((file) => [...file.links(this.path).keys()]);
    if (direct) return direct.answer;
    const { value, report } = attempt((module) => module.get_names(this.fileId, this.path, false));
    if (!value) throw new Hdf5Error('HDF5_READ', this.where, `The group cannot be listed: ${cause(report)}`);
    return value;
  }

  /** The group or dataset at a path, soft and external links followed; undefined when there is none (or a link leads nowhere). */
  get(path: string): Hdf5Group | Hdf5Dataset | undefined {
    const full = this.resolve(path);
    this.requireOpen();
    const direct = this.file.ask((file) => file.locate(full));
    if (direct) {
      if (!direct.answer) return undefined;
      return direct.answer.kind === 'dataset' ? new Hdf5Dataset(this.file, full) : new Hdf5Group(this.file, full);
    }
    const { value, report } = attempt((module) => module.get_type(this.fileId, full));
    // The library answers "group" for a path below a dataset, with a report of why it could not tell.
    if (value === undefined || report) return undefined;
    const { H5G_GROUP, H5G_DATASET } = library().module;
    if (value === H5G_GROUP) return new Hdf5Group(this.file, full);
    return value === H5G_DATASET ? new Hdf5Dataset(this.file, full) : undefined;
  }

  has(path: string): boolean {
    return this.get(path) !== undefined;
  }

  /** The dataset at a path. Errors: HDF5_NO_OBJECT, HDF5_KIND. */
  dataset(path: string): Hdf5Dataset {
    const found = this.get(path);
    if (found instanceof Hdf5Dataset) return found;
    if (found) throw new Hdf5Error('HDF5_KIND', found.where, 'This is a group, a dataset was wanted');
    throw this.absent(path);
  }

  /** The group at a path. Errors: HDF5_NO_OBJECT, HDF5_KIND. */
  group(path: string): Hdf5Group {
    const found = this.get(path);
    if (found instanceof Hdf5Group) return found;
    if (found) throw new Hdf5Error('HDF5_KIND', found.where, 'This is a dataset, a group was wanted');
    throw this.absent(path);
  }

  private absent(path: string): Hdf5Error {
    const link = this.link(path);
    const reason = link ? `The ${link.kind} link there leads to ${link.kind === 'external' ? `${link.file}:` : ''}${link.target}, which does not exist` : 'There is no such object in the file';
    return new Hdf5Error('HDF5_NO_OBJECT', `${this.file.path}:${this.resolve(path)}`, reason);
  }

  /** Where a soft or external link leads; undefined when the last name of the path is no such link. */
  link(path: string): Link | undefined {
    const full = this.resolve(path);
    this.requireOpen();
    const direct = this.file.ask((file) => linkIn(file, full));
    if (direct && direct.answer?.kind !== 'external') return direct.answer;
    const soft = attempt((module) => module.get_symbolic_link(this.fileId, full) as string | null);
    if (soft.value) return { kind: 'soft', target: soft.value };
    const external = attempt((module) => module.get_external_link(this.fileId, full));
    if (!external.value?.filename || external.report) return undefined;
    return { kind: 'external', file: external.value.filename, target: external.value.obj_path };
  }

  /** Every dataset below this group, in the order of their names; links to datasets are followed, links to groups are not. */
  *datasets(): Generator<Hdf5Dataset> {
    this.requireOpen();
    const direct = this.file.ask((file) => [...datasetsBelow(file, this.path)]);
    if (direct) {
      for (const path of direct.answer) yield new Hdf5Dataset(this.file, path);
      return;
    }
    const { value: names = [], report } = attempt((module) => module.get_names(this.fileId, this.path, true));
    if (report) throw new Hdf5Error('HDF5_READ', this.where, `The group cannot be walked: ${cause(report)}`);
    for (const name of names) {
      const member = this.get(name);
      if (member instanceof Hdf5Dataset) yield member;
    }
  }

  /** Creates a group with all missing groups above it; one that exists is returned. */
  createGroup(path: string): Hdf5Group {
    const full = this.resolve(path);
    let made = '';
    for (const part of full.split('/').filter(Boolean)) {
      made += `/${part}`;
      const existing = this.get(made);
      if (existing instanceof Hdf5Dataset) throw new Hdf5Error('HDF5_KIND', existing.where, 'There is a dataset where a group is to be made');
      if (existing) continue;
      const { value, report } = attempt((module) => module.create_group(this.fileId, made, false));
      if (value === undefined || value < 0) throw new Hdf5Error('HDF5_WRITE', `${this.file.path}:${made}`, `The group cannot be made: ${cause(report)}`);
    }
    return this.group(full);
  }

  /** Creates a dataset with all missing groups above it; see `DatasetOptions`. */
  createDataset(path: string, options: DatasetOptions): Hdf5Dataset {
    const full = this.resolve(path);
    this.createGroup(full.slice(0, full.lastIndexOf('/')) || '/');
    createDataset(this.fileId, full, `${this.file.path}:${full}`, options);
    return this.dataset(full);
  }

  /** Makes a soft link at `path` to an absolute path of this file. */
  softLink(path: string, target: string): void {
    this.makeLink(path, (id, full) => attempt((module) => module.create_soft_link(id, target, full)));
  }

  /** Makes an external link at `path` to an object of another file. */
  externalLink(path: string, file: string, target: string): void {
    this.makeLink(path, (id, full) => attempt((module) => module.create_external_link(id, file, target, full)));
  }

  private makeLink(path: string, make: (id: bigint, full: string) => { value: number | undefined; report: string }): void {
    const full = this.resolve(path);
    this.createGroup(full.slice(0, full.lastIndexOf('/')) || '/');
    const { value, report } = make(this.fileId, full);
    if (value === undefined || value < 0) throw new Hdf5Error('HDF5_WRITE', `${this.file.path}:${full}`, `The link cannot be made: ${cause(report)}`);
  }

  private resolve(path: string): string {
    const joined = path.startsWith('/') ? path : `${this.path}/${path}`;
    return `/${joined.split('/').filter(Boolean).join('/')}`;
  }
}

/** The link that the last name of a path is: a soft one with its target; of an external one only that it is one. */
function linkIn(file: DirectFile, path: string): Link | { readonly kind: 'external' } | undefined {
  const cut = path.lastIndexOf('/');
  if (file.locate(path.slice(0, cut) || '/')?.kind !== 'group') return undefined;
  const link = file.links(path.slice(0, cut) || '/').get(path.slice(cut + 1));
  return link && link.kind !== 'hard' ? link : undefined;
}

/** Paths of all datasets below a group, each group once, in the order of their names, as the library walks. */
function* datasetsBelow(file: DirectFile, path: string, seen = new Set<number>()): Generator<string> {
  for (const [name, link] of file.links(path)) {
    const inside = `${path === '/' ? '' : path}/${name}`;
    const found = file.locate(inside);
    if (!found || seen.has(found.address)) continue;
    if (found.kind === 'dataset') yield inside;
    else if (link.kind === 'hard') {
      seen.add(found.address);
      yield* datasetsBelow(file, inside, seen);
    }
  }
}
