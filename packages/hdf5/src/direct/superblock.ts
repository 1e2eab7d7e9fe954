import { NotDirect, type FileBytes } from './file-bytes.ts';

/** Finds the superblock (HDF5 file format specification III.A, versions 0 to 3) and takes from it how addresses are written. */
export function readSuperblock(file: FileBytes): void {
  for (let at = 0; at + 64 <= file.size; at = at === 0 ? 512 : at * 2) {
    const cursor = file.at(at, 64);
    if (cursor.slice(8).toString('latin1') !== '\x89HDF\r\n\x1a\n') continue;
    const version = cursor.u8();
    if (version <= 1) {
      cursor.skip(4);
      file.offsetBytes = cursor.u8();
      file.lengthBytes = cursor.u8();
      cursor.skip(1 + 2 + 2 + 4 + (version === 1 ? 4 : 0));
    } else if (version <= 3) {
      file.offsetBytes = cursor.u8();
      file.lengthBytes = cursor.u8();
      cursor.skip(1);
    } else throw new NotDirect(`superblock version ${version}`);
    if (![2, 4, 8].includes(file.offsetBytes) || ![2, 4, 8].includes(file.lengthBytes)) throw new NotDirect('odd widths of addresses');
    file.base = cursor.address() ?? 0;
    return;
  }
  throw new NotDirect('no superblock');
}
