import type { PanelValue } from '@trainyard/control';
import { isArray } from '../data/channel.ts';
import { plainNumbers } from '../image/picture.ts';
import { formatNumber } from '../ui/format.ts';

/** A value in a few words, as it stands in a hint: `0.42`, `0 to 1200, mean 13.2`. */
export function shortValue({ value }: PanelValue): string {
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value !== 'object') return String(value);
  if ('~picture' in value && typeof value['~picture'] === 'boolean') return `${formatNumber(Number(value['low']))} to ${formatNumber(Number(value['high']))}`;
  if (!isArray(value)) return Object.keys(value).join(', ');
  const numbers = plainNumbers((value.isContiguous ? value : value.copy()).data);
  const from = value.isContiguous ? value.offset : 0;
  if (value.size <= 4) return Array.from({ length: value.size }, (_, k) => formatNumber(Number(numbers[from + k]))).join(', ');
  let [low, high, sum, count] = [Infinity, -Infinity, 0, 0];
  for (let k = 0; k < value.size; k++) {
    const one = Number(numbers[from + k]);
    if (!Number.isFinite(one)) continue;
    low = Math.min(low, one);
    high = Math.max(high, one);
    sum += one;
    count++;
  }
  return count === 0 ? 'no finite value' : `${formatNumber(low)} to ${formatNumber(high)}, mean ${formatNumber(sum / count)}`;
}
