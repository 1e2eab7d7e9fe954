/** A method of the language, as it was before any code of the user ran. */
interface Original {
  readonly holder: object;
  readonly name: string;
  readonly key: PropertyKey;
  readonly descriptor: PropertyDescriptor;
}

const typed = Object.getPrototypeOf(Uint8Array) as { readonly name: string; readonly prototype: object };
const KINDS = [Array, ArrayBuffer, Map, Set, WeakMap, Promise, String, Number, Date, RegExp, Object, Function, typed, Uint8Array, Int32Array, Float32Array, Float64Array];

/**
 * What every view of a thread shares: the methods of arrays, maps and the like, and `Math`, `JSON`, `Reflect`. A view that replaces one
 * changes what the others compute; it is put back. Made unwritable they would be slow, so they are looked at: 5 us.
 */
export class SharedBuiltins {
  readonly #originals: readonly Original[];

  /** Made before the user's code is loaded. Nothing can be added to every object from then on: such a line throws. */
  constructor() {
    const holders: [string, object][] = [
      ...KINDS.flatMap((kind): [string, object][] => [[kind.name, kind], [`${kind.name}.prototype`, kind.prototype as object]]),
      ['Math', Math], ['JSON', JSON], ['Reflect', Reflect], ['globalThis', globalThis],
    ];
    this.#originals = holders.flatMap(([name, holder]) => Reflect.ownKeys(holder).flatMap((key): Original[] => {
      const descriptor = Object.getOwnPropertyDescriptor(holder, key)!;
      // Of the global names only those of the language: Node makes many others on first use.
      const ours = typeof descriptor.value === 'function' && descriptor.writable === true && (holder !== globalThis || KINDS.includes(descriptor.value as never));
      return ours ? [{ holder, name, key, descriptor }] : [];
    }));
    Object.preventExtensions(Object.prototype);
  }

  /** Puts back what was replaced, and gives its names: `Array.prototype.map`. */
  restore(): string[] {
    const replaced: string[] = [];
    for (const { holder, name, key, descriptor } of this.#originals) {
      if ((holder as Record<PropertyKey, unknown>)[key] === descriptor.value) continue;
      replaced.push(`${name}.${String(key)}`);
      Object.defineProperty(holder, key, descriptor);
    }
    return replaced;
  }
}
