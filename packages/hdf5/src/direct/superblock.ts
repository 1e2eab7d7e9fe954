import { lookup3 } from './checksum.ts';
import { NotDirect, type FileBytes } from './file-bytes.ts';

/** What a file says of itself as a whole. */
export interface Superblock {
  /** Address of the root group's object header. */
  readonly root: number;
  /** Where the file ends by its own account, counted from its first byte. */
  readonly end: number;
  /** Somebody has it open for writing, or did not close it. */
  readonly beingWritten: boolean;
}

/** Finds the superblock (HDF5 file format specification III.A, versions 0 to 3) and takes from it how addresses are written. */
export function readSuperblock(file: FileBytes): Superblock {
  for (let at = 0; at + 64 <= file.size; at = at === 0 ? 512 : at * 2) {
    const cursor = file.at(at, Math.min(256, file.size - at));
    if (cursor.slice(8).toString('latin1') !== '\x89HDF\r\n\x1a\n') continue;
    const version = cursor.u8();
    let flags = 0;
    if (version <= 1) {
      cursor.skip(4);
      file.offsetBytes = cursor.u8();
      file.lengthBytes = cursor.u8();
      cursor.skip(1 + 2 + 2 + 4 + (version === 1 ? 4 : 0));
    } else if (version <= 3) {
      file.offsetBytes = cursor.u8();
      file.lengthBytes = cursor.u8();
      flags = cursor.u8();
    } else throw new NotDirect(`superblock version ${version}`);
    if (![2, 4, 8].includes(file.offsetBytes) || ![2, 4, 8].includes(file.lengthBytes)) throw new NotDirect('odd widths of addresses');
    const base = cursor.address() ?? 0;
    // Free space, or the superblock's extension, in which nothing is that is needed here.
    cursor.address();
    const end = cursor.address();
    if (version <= 1) cursor.skip(2 * file.offsetBytes);
    const root = cursor.address();
    if (version >= 2 && lookup3(cursor.bytes.subarray(0, cursor.position)) !== cursor.u32()) throw new NotDirect('the checksum of the superblock does not fit');
    if (root === undefined || end === undefined) throw new NotDirect('no root group');
    file.base = base;
    return { root, end, beingWritten: flags !== 0 };
  }
  throw new NotDirect('no superblock');
}
