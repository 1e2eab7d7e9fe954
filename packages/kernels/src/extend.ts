import { KernelError } from './numbers.ts';

/** What lies outside an image, under scipy.ndimage's names. For `a b c d`: reflect `d c b a|a b c d|d c b a`, mirror `d c b|a b c d|c b a`. */
export const boundaryModes = ['reflect', 'nearest', 'mirror', 'constant', 'wrap'] as const;
export type BoundaryMode = (typeof boundaryModes)[number];

/** Where element `i` (any whole number) of an endless line of `n` elements is found; -1: nowhere, the constant. */
export function outsideIndex(i: number, n: number, mode: BoundaryMode): number {
  if (i >= 0 && i < n) return i;
  switch (mode) {
    case 'constant':
      return -1;
    case 'nearest':
      return i < 0 ? 0 : n - 1;
    case 'wrap':
      return modulo(i, n);
    case 'reflect': {
      const k = modulo(i, 2 * n);
      return k < n ? k : 2 * n - 1 - k;
    }
    case 'mirror': {
      if (n === 1) return 0;
      const k = modulo(i, 2 * n - 2);
      return k < n ? k : 2 * n - 2 - k;
    }
    default:
      throw new KernelError('BOUNDARY_MODE', `there is no boundary mode "${String(mode)}"; one of ${boundaryModes.join(', ')}`);
  }
}

function modulo(i: number, n: number): number {
  return ((i % n) + n) % n;
}
