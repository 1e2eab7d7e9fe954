import { YardError } from '@trainyard/core';

/**
 * The pulses that a text names, of `count` in the train, ascending: indices and slices as numpy has them, with commas between them: `::2`, `1:100:4`, `0, 3, 7`, `-1`, `0, 5:10`. A slice is cut off
 * at the ends; an index that is not there is an error. Each pulse counts once. Errors: PULSES_TEXT, PULSES_INDEX.
 */
export function pulseIndices(text: string, count: number): number[] {
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const numbers = part.split(':').map((side) => side.trim());
    if (numbers.length > 3 || numbers.some((side) => !/^-?\d*$/.test(side) || side === '-') || (numbers.length === 1 && numbers[0] === '')) {
      throw new YardError('PULSES_TEXT', `Pulses are indices and slices, such as "::2" or "0, 3, 10:20", not "${text}".`);
    }
    const [first, last, step] = numbers.map((side) => (side === '' ? undefined : Number(side)));
    if (numbers.length === 1) {
      const index = first! < 0 ? first! + count : first!;
      if (index < 0 || index >= count) throw new YardError('PULSES_INDEX', `There is no pulse ${first} in a train of ${count}; "${text}" names it.`);
      found.add(index);
      continue;
    }
    const by = step ?? 1;
    if (by <= 0) throw new YardError('PULSES_TEXT', `The step of pulses is a whole number from 1, not ${by}, in "${text}".`);
    const at = (side: number | undefined, absent: number): number => (side === undefined ? absent : Math.max(0, Math.min(count, side < 0 ? side + count : side)));
    for (let i = at(first, 0); i < at(last, count); i += by) found.add(i);
  }
  return [...found].sort((a, b) => a - b);
}
