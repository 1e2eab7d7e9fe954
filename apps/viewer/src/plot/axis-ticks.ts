import { formatTick } from '../ui/format.ts';
import { logTicks, MOST_TICKS, niceTicks } from './ticks.ts';

export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** Pixels that a text of the axes is wide, near enough: figures of an 11-pixel font. */
export const textWidth = (text: string): number => text.length * 6.3;

/** Round numbers along an axis of so many pixels, with as many digits as their distance needs; texts do not run into each other. */
export function numberTicks(low: number, high: number, pixels: number, log: boolean, upright: boolean): Tick[] {
  if (log) return apart(logTicks(low, high).map((at) => ({ at, text: formatTick(at) })), (at) => (Math.log(at / low) / Math.log(high / low)) * pixels, upright);
  for (let wanted = upright ? Math.max(2.2, pixels / 30) : pixels / 52; ; wanted *= 0.7) {
    let ticks = labelled(niceTicks(low, high, wanted));
    // One number alone says nothing of a scale.
    if (ticks.length < 2 && pixels > 30) ticks = labelled(niceTicks(low, high, wanted * 2));
    if (upright || ticks.length < 3) return ticks;
    const widest = Math.max(...ticks.map(({ text }) => textWidth(text)));
    if (ticks.length * (widest + 12) <= pixels * 1.1) return ticks;
  }
}

/** All with the same power of ten and the same number of digits after the point. */
function labelled(values: readonly number[]): Tick[] {
  if (values.length === 0) return [];
  const step = values.length > 1 ? Math.abs(values[1] - values[0]) : Math.abs(values[0]) || 1;
  const largest = Math.max(...values.map(Math.abs));
  if (largest >= 1e9 || (largest > 0 && largest < 1e-3)) {
    const power = Math.floor(Math.log10(largest));
    const digits = Math.max(0, Math.min(6, power - Math.floor(Math.log10(step) + 1e-9)));
    return values.map((at) => ({ at, text: at === 0 ? '0' : `${minus((at / 10 ** power).toFixed(digits))}e${power}` }));
  }
  const [by, unit] = largest >= 1e6 && step >= 1e3 ? [1e6, 'M'] : largest >= 1e4 && step >= 10 ? [1e3, 'k'] : [1, ''];
  const digits = Math.max(0, Math.min(9, -Math.floor(Math.log10(step / by) + 1e-9)));
  return values.map((at) => ({ at, text: at === 0 ? '0' : `${minus((at / by).toFixed(digits))}${unit}` }));
}

/** Ticks of whole train IDs. What all have in common is taken off and said by the axis: ten digits at each would be all that one sees. */
export function trainTicks(low: number, high: number, pixels: number): { readonly ticks: Tick[]; readonly base: number } {
  const span = Math.max(10, high - low);
  const power = 10 ** Math.ceil(Math.log10(span));
  const base = low > 10 * power ? Math.floor(low / power) * power : 0;
  const widest = textWidth(String(Math.round(high - base))) + 14;
  const ticks = niceTicks(low - base, high - base, pixels / Math.max(50, widest)).filter(Number.isInteger);
  return { base, ticks: ticks.map((offset) => ({ at: base + offset, text: String(offset) })) };
}

const second = 1000;
/** There are no dates farther from 1970, in milliseconds. */
const LAST_DATE = 8.64e15;
const clockSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400].map((s) => s * second);

/** Ticks at whole times of the day, `at` in milliseconds since 1970. */
export function clockTicks(low: number, high: number, pixels: number): Tick[] {
  const rough = (high - low) / Math.max(1, pixels / 58);
  const step = clockSteps.find((one) => one >= rough) ?? 86_400_000 * Math.ceil(rough / 86_400_000);
  if (!(high > low) || low < -LAST_DATE || high > LAST_DATE) return [];
  const zone = new Date(high).getTimezoneOffset() * 60_000;
  const ticks: Tick[] = [];
  const first = Math.ceil((low - zone) / step);
  const count = Math.min(MOST_TICKS, Math.floor((high - zone) / step) - first + 1);
  for (let k = 0; k < count; k++) {
    const at = (first + k) * step + zone;
    const date = new Date(at);
    const clock = date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', ...(step < 60_000 && { second: '2-digit' }) });
    ticks.push({ at, text: step >= 86_400_000 || clock.startsWith('00:00') ? date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' }) : clock });
  }
  return ticks;
}

/** Leaves out what would be drawn over its neighbour before. */
function apart(ticks: readonly Tick[], place: (at: number) => number, upright: boolean): Tick[] {
  let free = -Infinity;
  return ticks.filter(({ at, text }) => {
    const half = upright ? 7 : textWidth(text) / 2 + 4;
    if (place(at) - half < free) return false;
    free = place(at) + half;
    return true;
  });
}

const minus = (text: string): string => text.replace('-', '−');
