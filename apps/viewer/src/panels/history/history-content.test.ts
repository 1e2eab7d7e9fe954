import { expect, it } from 'vitest';
import type { JournalEntry } from '@trainyard/control';
import { joinHistory } from '../../data/scalar-line.ts';
import { historyContent, journalMarks } from './history-content.ts';

const points = (width: number) => joinHistory(undefined, [100, 101, 102, 103], [1, 3, 5, 7], width, 0, 1000);
const entry = (trainId: number, part: Partial<JournalEntry> = {}): JournalEntry => ({ at: trainId * 100, trainId, who: 'anna', what: 'parameter', name: 'sigma', value: 5, ...part });

it('has a band only where a point is more than a train', () => {
  expect(historyContent([{ name: 'a', points: points(1) }], [], { unit: 'px' })).toMatchObject({ xAs: 'trains', yLabel: 'px', lines: [{ y: Float64Array.of(1, 3, 5, 7) }] });
  expect(historyContent([{ name: 'a', points: points(1) }], [], { unit: '' }).lines[0]).not.toHaveProperty('low');
  expect(historyContent([{ name: 'a', points: points(2) }], [], { unit: '' }).lines[0]).toMatchObject({ x: Float64Array.of(100.5, 102.5), y: Float64Array.of(2, 6), low: Float64Array.of(1, 5), high: Float64Array.of(3, 7) });
});

it('says of a moving mean what it is', () => {
  const { lines } = historyContent([{ name: 'a', points: points(1) }], [], { unit: '', mean: 2 });
  expect(lines[1]).toMatchObject({ name: 'a, mean of 2 trains', dashed: true, y: Float64Array.of(1, 2, 4, 6) });
});

it('takes times from the newest train, ten trains a second', () => {
  const { xAs } = historyContent([], [], { unit: '', clock: { trainId: 1000, at: 60_000 } });
  expect(typeof xAs === 'object' && [xAs.timeOf(990), xAs.trainAt(61_000)]).toEqual([59_000, 1010]);
});

it('marks what changed, a dragged slider once', () => {
  const marks = journalMarks([entry(5), entry(100, { value: 1 }), entry(110, { value: 2 }), entry(120, { value: 2.5 }), entry(121, { what: 'generation', name: '4' }), entry(200, { name: 'window', value: true }), entry(5000)], 50, 1000);
  expect(marks.map(({ at, text }) => [at, text.replace(/^\S+ /, '')])).toEqual([[120, 'sigma = 2.5 (anna)'], [121, 'code: generation 4 (anna)'], [200, 'window = true (anna)']]);
});
