import { readFileSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { YardError } from '@trainyard/core';

/** A regular file of a tarball. */
export interface PackedFile {
  /** Relative, with `/`, inside the package; never outside it. */
  readonly path: string;
  readonly data: Buffer;
  readonly executable: boolean;
}

/** A pack holds code and tables: what is larger is no pack, or an attack. */
export const LIMITS = { packed: 200e6, unpacked: 1e9, files: 20_000 } as const;

const BLOCK = 512;

/**
 * The files of a tarball as `npm pack` makes it, without its leading folder. Nothing is written.
 *
 * Errors: PACK_TARBALL (not one, cut short, or larger than a pack may be), PACK_UNSAFE (links, devices, paths that lead outside).
 */
export function readTarball(path: string): PackedFile[] {
  const { size } = statSync(path);
  if (size > LIMITS.packed) throw new YardError('PACK_TARBALL', `${path} has ${(size / 1e6).toFixed(0)} MB; a pack has at most ${LIMITS.packed / 1e6} MB.`);
  let bytes: Buffer;
  try {
    bytes = gunzipSync(readFileSync(path), { maxOutputLength: LIMITS.unpacked });
  } catch (error) {
    const large = (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE';
    throw new YardError('PACK_TARBALL', large ? `${path} unpacks to more than ${LIMITS.unpacked / 1e9} GB.` : `${path} is not a complete tarball (.tgz) as "npm pack" makes it.`);
  }
  const files = new Map<string, PackedFile>();
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const length = octal(header, 124, 12);
    if (!checked(header) || length === undefined || at + BLOCK + length > bytes.length) throw new YardError('PACK_TARBALL', `${path} is damaged or cut short at byte ${at} of its content.`);
    const data = bytes.subarray(at + BLOCK, at + BLOCK + length);
    at += BLOCK + Math.ceil(length / BLOCK) * BLOCK;
    const type = String.fromCharCode(header[156]!);
    if (type === 'x') longName = paxPath(data) ?? longName;
    else if (type === 'L') longName = text(data, 0, data.length);
    else if (type !== 'g') {
      const prefix = text(header, 345, 155);
      const name = longName ?? (prefix ? `${prefix}/` : '') + text(header, 0, 100);
      longName = undefined;
      if (type === '5') continue;
      if (type !== '0' && type !== '\0') throw new YardError('PACK_UNSAFE', `${path} holds "${name}", which is a ${type === '1' || type === '2' ? 'link' : 'device'}: a pack holds files only.`);
      const inside = safe(name, path);
      files.set(inside, { path: inside, data, executable: ((octal(header, 100, 8) ?? 0) & 0o100) !== 0 });
      if (files.size > LIMITS.files) throw new YardError('PACK_TARBALL', `${path} holds more than ${LIMITS.files} files.`);
    }
  }
  return [...files.values()];
}

/** Without the leading folder (`package/`); refuses what would land outside. */
function safe(name: string, tarball: string): string {
  const parts = name.split('/');
  const inside = posix.normalize(parts.slice(1).join('/'));
  if (name.startsWith('/') || name.includes('\\') || name.includes('\0') || parts.includes('..') || inside === '.' || inside.startsWith('/')) {
    throw new YardError('PACK_UNSAFE', `${tarball} holds a file "${name}", which would land outside the pack: nothing was unpacked.`);
  }
  return inside;
}

function text(bytes: Buffer, from: number, length: number): string {
  const part = bytes.subarray(from, from + length);
  const end = part.indexOf(0);
  return part.toString('utf8', 0, end < 0 ? part.length : end);
}

function octal(bytes: Buffer, from: number, length: number): number | undefined {
  const digits = text(bytes, from, length).trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || '0', 8) : undefined;
}

/** The header's own check sum, taken with its field as spaces. */
function checked(header: Buffer): boolean {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : header[i]!;
  return sum === octal(header, 148, 8);
}

/** `path=` of an extended header: records `LENGTH KEY=VALUE\n`. */
function paxPath(data: Buffer): string | undefined {
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(32, at);
    const length = Number(data.toString('utf8', at, space));
    if (space < 0 || !Number.isInteger(length) || length <= 0 || at + length > data.length) return undefined;
    const record = data.toString('utf8', space + 1, at + length - 1);
    if (record.startsWith('path=')) return record.slice(5);
    at += length;
  }
  return undefined;
}
