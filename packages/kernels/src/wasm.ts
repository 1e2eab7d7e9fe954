import { KernelError } from './numbers.ts';

interface Memory {
  readonly buffer: ArrayBuffer;
}
/** Said here because the types of Node name the namespace only. */
const { Module, Instance, Memory } = (globalThis as unknown as {
  WebAssembly: {
    Module: new (bytes: Uint8Array) => object;
    Instance: new (module: object, imports: object) => { readonly exports: object };
    Memory: new (pages: { initial: number; maximum: number }) => Memory;
  };
}).WebAssembly;

const PAGE = 65_536;
const ALIGN = 64;
/** Nothing lies at the address 0, and reads a little before an array are inside the memory. */
const BEGIN = 1024;
/** Loops go in steps of whole vectors: so much may be read and written behind an array. */
const BEHIND = 256;

/** Lays out what a plan keeps in its memory, before there is one. */
export class Room {
  #end = BEGIN;

  /** The address of so many bytes, at a multiple of 64; whole vectors beyond them are free, too. */
  take(bytes: number): number {
    const at = this.#end;
    this.#end += Math.ceil((bytes + BEHIND) / ALIGN) * ALIGN;
    return at;
  }

  get pages(): number {
    const pages = Math.ceil(this.#end / PAGE);
    if (pages > PAGE) throw new KernelError('KERNEL_MEMORY', `the plan needs ${(this.#end / 2 ** 30).toFixed(1)} GiB, and there can be 4: give it fewer pixels, cells or frames at once`);
    return pages;
  }
}

/** A kernel's code with a memory of its own, as long as the plan that it belongs to. */
export interface Loops<E> {
  readonly run: E;
  readonly buffer: ArrayBuffer;
}

const modules = new Map<string, object>();

/** Code in WebAssembly (text of base64, see `npm run kernels`), compiled once in a thread, over a memory as `room` has laid it out, all 0. */
export function loops<E>(code: string, room: Room): Loops<E> {
  let module = modules.get(code);
  if (!module) modules.set(code, (module = new Module(Uint8Array.from(atob(code), (letter) => letter.charCodeAt(0)))));
  const { pages } = room;
  const memory = new Memory({ initial: pages, maximum: pages });
  return { run: new Instance(module, { env: { memory } }).exports as E, buffer: memory.buffer };
}
