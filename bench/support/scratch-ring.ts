import { workspace, zeros, type DType, type NdArray } from '@trainyard/core';

/** Results go to memory that is used again, as in a worker: `count` arrays of each shape and type in turn. */
export function useScratchRing(count: (shape: readonly number[]) => number): void {
  const ring = new Map<string, NdArray[]>();
  let turn = 0;
  workspace.scratch = (shape: readonly number[], dtype: DType) => {
    const key = `${dtype} ${shape.join()}`;
    let kept = ring.get(key);
    if (!kept) ring.set(key, (kept = Array.from({ length: count(shape) }, () => zeros(shape, dtype) as unknown as NdArray)));
    return kept[turn++ % kept.length]!;
  };
}
