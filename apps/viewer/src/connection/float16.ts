/**
 * Browsers from before 2025 have no Float16Array, and a missing global would keep the whole page from loading. There a
 * stand-in reads the same bytes into a Float32Array, which is all that a viewer needs.
 */
export function decodeHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * 2 ** -24 * fraction;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * 2 ** (exponent - 25) * (1024 + fraction);
}

function Float16StandIn(source: ArrayBuffer | number): Float32Array {
  if (typeof source === 'number') return new Float32Array(source);
  return Float32Array.from(new Uint16Array(source), decodeHalf);
}
Float16StandIn.BYTES_PER_ELEMENT = 2;

if (!('Float16Array' in globalThis)) Object.assign(globalThis, { Float16Array: Float16StandIn });
