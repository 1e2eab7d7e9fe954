/** Memory is given up when so much less of it is wanted. */
const TOO_LARGE = 8;
const ALWAYS_KEPT = 65536;

/** An array that is used again by whoever asks next: it holds what was there before. */
export class Scratch<A extends { readonly length: number; subarray(from: number, to: number): A }> {
  readonly #Type: new (length: number) => A;
  #memory: A;

  constructor(Type: new (length: number) => A) {
    this.#Type = Type;
    this.#memory = new Type(0);
  }

  take(length: number): A {
    const have = this.#memory.length;
    if (have < length || have > Math.max(ALWAYS_KEPT, TOO_LARGE * length)) this.#memory = new this.#Type(length);
    return this.#memory.subarray(0, length);
  }
}
