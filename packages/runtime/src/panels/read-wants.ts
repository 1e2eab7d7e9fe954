import type { Rendition, Want } from '@trainyard/control';

const LIMITS = { wants: 500, key: 1000, id: 300, axes: 16, pixels: 8192, block: 64 } as const;
const MOST = 2 ** 31;

/** What a client asks for, made whole: numbers within their bounds, nothing else in it. What cannot be read is left out; a key counts once. */
export function readWants(asked: unknown): Want[] {
  const wants = new Map<string, Want>();
  for (const one of Array.isArray(asked) ? (asked as unknown[]).slice(0, LIMITS.wants) : []) {
    const { key, id, as } = (one ?? {}) as Partial<Want>;
    if (typeof key !== 'string' || key.length > LIMITS.key || typeof id !== 'string' || id.length > LIMITS.id || id === '') continue;
    const rendition = readRendition(as);
    if (rendition) wants.set(key, { key, id, as: rendition });
  }
  return [...wants.values()];
}

function readRendition(asked: unknown): Rendition | undefined {
  if (typeof asked !== 'object' || asked === null) return undefined;
  const { as, pixels, block, window, plane, scale, bits, percent } = asked as Readonly<Record<string, unknown>>;
  switch (as) {
    case 'whole':
      return { as };
    case 'curve': {
      const range = readWindow(window, 2) as readonly [number, number] | undefined;
      return { as, pixels: whole(pixels, 1, LIMITS.pixels, 1024), ...(range && { window: range }) };
    }
    case 'picture': {
      const range = readWindow(window, 4) as readonly [number, number, number, number] | undefined;
      const isExact = bits === 'exact';
      return {
        as,
        // The array's own numbers are not means.
        block: isExact ? 1 : whole(block, 1, LIMITS.block, 1),
        ...(range && { window: range }),
        ...(Array.isArray(plane) && { plane: (plane as unknown[]).slice(0, LIMITS.axes).map((index) => whole(index, 0, MOST, 0)) }),
        scale: scale === 'log' || scale === 'sqrt' ? scale : 'linear',
        bits: isExact ? 'exact' : bits === 8 ? 8 : 16,
        ...(bits === 8 && { percent: typeof percent === 'number' && percent >= 0 && percent < 50 ? percent : 0 }),
      };
    }
    default:
      return undefined;
  }
}

function readWindow(window: unknown, length: number): number[] | undefined {
  return Array.isArray(window) && window.length === length ? (window as unknown[]).map((edge) => whole(edge, 0, MOST, 0)) : undefined;
}

function whole(asked: unknown, least: number, most: number, otherwise: number): number {
  return typeof asked === 'number' && !Number.isNaN(asked) ? Math.trunc(Math.min(most, Math.max(least, asked))) : otherwise;
}
