import { YardError } from '@trainyard/core';

const typed = (Object.getPrototypeOf(Uint8Array) as { readonly prototype: Uint8Array }).prototype;
/** V8 ends the whole process on an array with holes that has grown past what it can index in one piece. */
const MOST_ELEMENTS = 2 ** 25;
/** A thread can be ended between two pieces, not inside one. */
const PIECE_BYTES = 2 ** 26;

/** Calls of the language that could not be stopped half-way, or that would end the process, are done in pieces, or refused. */
export function boundFills(): void {
  const lists: unknown[] = Array.prototype;
  // oxlint-disable-next-line typescript/unbound-method -- They are called with the array that they are of.
  const [{ fill: fillTyped }, { fill }] = [typed, lists];
  Object.defineProperty(typed, 'fill', { value(this: Uint8Array, value: number, from?: number, to?: number) {
    if (!(this.byteLength > PIECE_BYTES)) return fillTyped.call(this, value, from, to);
    const piece = PIECE_BYTES / this.BYTES_PER_ELEMENT;
    const end = indexOf(to, this.length, this.length);
    for (let at = indexOf(from, this.length, 0); at < end; at += piece) fillTyped.call(this, value, at, Math.min(end, at + piece));
    return this;
  } });
  Object.defineProperty(lists, 'fill', { value(this: unknown[], ...given: [unknown, number?, number?]) {
    if (this.length > MOST_ELEMENTS) throw new YardError('VIEW_MEMORY', `An array of ${this.length} elements is too large for JavaScript's own; zeros(${this.length}) or new Float64Array(${this.length}) takes 8 bytes for each.`);
    return fill.apply(this, given);
  } });
}

/** As the language reads the ends of a range: from the end where negative. */
function indexOf(at: number | undefined, length: number, otherwise: number): number {
  if (at === undefined) return otherwise;
  const whole = Math.trunc(Number(at)) || 0;
  return whole < 0 ? Math.max(0, length + whole) : Math.min(whole, length);
}
