import { colorCount, colorTable, type ColorMapName } from '../image/color-maps.ts';

export interface ColorScale {
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly map: ColorMapName;
}

/** The colour of each value, one word a pixel; NaN has its own, and so has what a log scale cannot show. */
export function colorValues(values: ArrayLike<number>, pixels: Uint32Array, { low, high, log, map }: ColorScale): void {
  const table = colorTable(map);
  const top = colorCount - 1;
  const base = log ? Math.log(low) : low;
  const factor = top / ((log ? Math.log(high) : high) - base || 1);
  for (let i = 0; i < pixels.length; i++) {
    const value = values[i];
    const place = ((log ? Math.log(value) : value) - base) * factor + 0.5;
    pixels[i] = table[value !== value || (log && value <= 0) ? colorCount : place >= top ? top : place > 0 ? place | 0 : 0];
  }
}

const samples = 8000;

/** Values that `percent` of all lie beyond on either side; undefined where nothing is finite (for a log scale: above 0). A flat picture has a range around its value. */
export function percentRange(values: ArrayLike<number>, percent: number, log: boolean): readonly [low: number, high: number] | undefined {
  const step = Math.max(1, Math.floor(values.length / samples));
  const some: number[] = [];
  // An odd step does not fall into the same columns again and again.
  for (let i = 0; i < values.length; i += step | 1) if (values[i] - values[i] === 0 && !(log && values[i] <= 0)) some.push(values[i]);
  if (some.length === 0) return undefined;
  some.sort((a, b) => a - b);
  const at = (fraction: number) => some[Math.round(fraction * (some.length - 1))];
  const [low, high] = [at(percent / 100), at(1 - percent / 100)];
  if (high > low) return [low, high];
  if (log) return [low / 2, low * 2];
  const half = Math.abs(low) / 2 || 0.5;
  return [low - half, low + half];
}

const bars = new Map<ColorMapName, HTMLCanvasElement>();

/** The colours of a map, the lowest at the bottom. */
export function colorBar(map: ColorMapName): HTMLCanvasElement {
  let canvas = bars.get(map);
  if (!canvas) {
    canvas = Object.assign(document.createElement('canvas'), { width: 1, height: colorCount });
    putPixels(canvas, Uint32Array.from({ length: colorCount }, (_, k) => colorTable(map)[colorCount - 1 - k]));
    bars.set(map, canvas);
  }
  return canvas;
}

export function putPixels(canvas: HTMLCanvasElement, pixels: Uint32Array): void {
  if (canvas.width === 0 || canvas.height === 0) return;
  canvas.getContext('2d')!.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer as ArrayBuffer, pixels.byteOffset, pixels.byteLength), canvas.width, canvas.height), 0, 0);
}
