/**
 * Colour maps as anchor colours, interpolated linearly in sRGB. Viridis, inferno, magma, cividis (S. van der Walt, N. Smith,
 * E. Firing; CC0) and turbo (A. Mikhailov, Apache-2.0) by samples of their published tables; each is dark at the low end.
 */
const anchors = {
  viridis: '440154 482878 3e4989 31688e 26828e 1f9e89 35b779 6ece58 b5de2b fde725',
  inferno: '000004 1b0c41 4a0c6b 781c6d a52c60 cf4446 ed6925 fb9b06 f7d13d fcffa4',
  magma: '000004 180f3d 440f76 721f81 9e2f7f cd4071 f1605d fd9668 feca8d fcfdbf',
  cividis: '00224e 123570 3b496c 575d6d 707173 8a8678 a59c74 c3b369 e1cc55 fee838',
  turbo: '30123b 4145ab 4675ed 39a2fc 1bcfd4 24eca6 61fc6c a4fc3b d1e834 f3c63a fe9b2d f36315 d93806 b11901 7a0402',
  gray: '000000 ffffff',
  'gray inverted': 'ffffff 000000',
  'blue–red': '3b4cc0 6282ea 8db0fe b8d0f9 dddddd f5c4ad f49a7b de604d b40426',
} as const;

export type ColorMapName = keyof typeof anchors;
export const colorMapNames = Object.keys(anchors) as ColorMapName[];

/** How many colours a table has. */
export const colorCount = 256;
/** Shown where there is no number: distinct from both ends of every map. */
export const nanColor = 0xff3a3430;

const tables = new Map<ColorMapName, Uint32Array>();

/** 256 colours as the bytes of a canvas (RGBA in memory, little-endian words), the 257th is the colour of NaN. */
export function colorTable(name: ColorMapName): Uint32Array {
  let table = tables.get(name);
  if (!table) tables.set(name, (table = makeTable(anchors[name].split(' '))));
  return table;
}

function makeTable(hex: readonly string[]): Uint32Array {
  const rgb = hex.map((text) => [0, 2, 4].map((at) => Number.parseInt(text.slice(at, at + 2), 16)));
  const table = new Uint32Array(colorCount + 1);
  for (let k = 0; k < colorCount; k++) {
    const x = (k / (colorCount - 1)) * (rgb.length - 1);
    const i = Math.min(rgb.length - 2, Math.floor(x));
    const [r, g, b] = rgb[i].map((low, c) => Math.round(low + (rgb[i + 1][c] - low) * (x - i))) as [number, number, number];
    table[k] = (0xff << 24) | (b << 16) | (g << 8) | r;
  }
  table[colorCount] = nanColor;
  return table;
}

export function cssColor(name: ColorMapName, fraction: number): string {
  const word = colorTable(name)[Math.round(Math.min(1, Math.max(0, fraction)) * (colorCount - 1))];
  return `rgb(${word & 255}, ${(word >> 8) & 255}, ${(word >> 16) & 255})`;
}
