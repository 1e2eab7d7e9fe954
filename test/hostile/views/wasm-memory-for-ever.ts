// way: a view grows the memory of WebAssembly for ever
// says: of memory on train
// bad: failed
// memory: 1500
// may: late
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

declare const WebAssembly: { Memory: new (of: { initial: number }) => { buffer: ArrayBuffer; grow(pages: number): number } };

export const bad = view.scalar({ id }, ({ id }) => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  while (id > 0) {
    const pages = memory.grow(160);
    new Uint8Array(memory.buffer, pages * 65_536).fill(1);
  }
  return id;
}, { timeoutMs: 60_000 });
