import { NotDirect, type FileBytes } from './file-bytes.ts';

/** Deeper than any tree of chunks. */
const MAX_DEPTH = 32;

/** Walks a version 1 B-tree of chunks (format specification III.A.1, node type 1). */
export function readTree(file: FileBytes, root: number, chunk: readonly number[], grid: readonly number[], found: (number: number, address: number, bytes: number, mask: number) => void): void {
  const rank = chunk.length;
  const keyBytes = 8 + 8 * (rank + 1);
  // A tree that points back into itself visits more nodes than the file has room for.
  let nodes = Math.ceil(file.size / 24);
  const visit = (address: number, depth: number): void => {
    if (depth > MAX_DEPTH || nodes-- <= 0) throw new NotDirect('a tree of chunks without end');
    const head = file.at(address, 8 + 2 * file.offsetBytes);
    head.expect('TREE');
    if (head.u8() !== 1) throw new NotDirect('a tree of something else');
    const level = head.u8();
    const used = head.u16();
    const body = file.at(address + 8 + 2 * file.offsetBytes, used * (keyBytes + file.offsetBytes) + keyBytes);
    for (let i = 0; i < used; i++) {
      const bytes = body.u32();
      const mask = body.u32();
      let number = 0;
      let inside = true;
      for (let axis = 0; axis < rank; axis++) {
        const at = body.uint(8) / chunk[axis]!;
        // Of a dataset that was made smaller, chunks beyond its end remain.
        inside &&= Number.isInteger(at) && at < grid[axis]!;
        number = number * grid[axis]! + at;
      }
      body.skip(8);
      const child = body.address();
      if (child === undefined) continue;
      if (level > 0) visit(child, depth + 1);
      else if (inside) found(number, child, bytes, mask);
    }
  };
  visit(root, 0);
}
