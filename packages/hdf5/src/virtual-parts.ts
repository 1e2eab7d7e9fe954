import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { Part } from './direct/virtual-map.ts';

/** A part of a virtual dataset that would read as fill values. */
export interface AbsentPart {
  /** The file that it should come from, as the virtual dataset names it. */
  readonly file: string;
  /** The rows (first axis) that it makes up; undefined when that is not known: it may be any. */
  readonly rows: readonly [start: number, stop: number] | undefined;
  /** A sentence: what is wrong with the file. */
  readonly reason: string;
}

/** What a virtual dataset is made of; the parts are absent where they are unknown: where the library alone could tell the mappings. */
export interface VirtualPart {
  readonly file: string;
  readonly path: string;
  readonly from?: Part | undefined;
  readonly to?: Part | undefined;
}

/** What is found of a dataset of another file: its shape, or what is wrong. */
export type Look = (file: string, path: string) => readonly number[] | string;

/**
 * Which parts of a virtual dataset cannot be had: their file is not there or cannot be opened, has no such dataset, or a shorter one. `home`: the file that
 * the virtual dataset is in.
 */
export function absentParts(home: string, parts: readonly VirtualPart[], look: Look): AbsentPart[] {
  const seen = new Map<string, readonly number[] | string>();
  const absent: AbsentPart[] = [];
  for (const { file, path, from, to } of parts) {
    const id = `${file}\0${path}`;
    let found = seen.get(id);
    if (found === undefined) seen.set(id, (found = lookAt(home, file, path, look)));
    const rows = to?.box[0];
    if (typeof found === 'string') absent.push({ file, rows, reason: found });
    else if (lacks(found, from, to)) {
      absent.push({ file, rows, reason: `${path} of ${file} has the shape [${found.join(', ')}]; the virtual dataset takes more of it` });
    }
  }
  return absent;
}

/** Whether a dataset of this shape has less than is taken of it. Parts without bound grow with it. */
function lacks(shape: readonly number[], from: Part | undefined, to: Part | undefined): boolean {
  if (from) return shape.some((length, axis) => (from.box[axis]?.[1] ?? 0) > length && from.elements !== Infinity);
  return to !== undefined && to.elements !== Infinity && shape.reduce((product, length) => product * length, 1) < to.elements;
}

function lookAt(home: string, file: string, path: string, look: Look): readonly number[] | string {
  if (file === '.') return look(home, path);
  const place = candidates(home, file).find((candidate) => existsSync(candidate));
  return place === undefined ? `${file} is not there` : look(place, path);
}

/** Where the library looks for a file that a virtual dataset names: as it is written, then beside the file that names it. */
export function candidates(home: string, file: string): string[] {
  const beside = isAbsolute(file) ? basename(file) : file;
  const prefixes = (process.env['HDF5_VDS_PREFIX'] ?? '').split(':').filter(Boolean).map((prefix) => prefix.replace('${ORIGIN}', dirname(home)));
  const places = [...prefixes, dirname(home), '.', dirname(realpathSync(home))].map((folder) => resolve(join(folder, beside)));
  return isAbsolute(file) ? [file, ...places] : places;
}
