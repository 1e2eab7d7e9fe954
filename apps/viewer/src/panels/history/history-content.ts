import type { JournalEntry } from '@trainyard/control';
import { movingMean, type ScalarPoints } from '../../data/scalar-line.ts';
import type { ChartContent, ChartMark } from '../../plot/draw-chart.ts';
import type { ChartLine } from '../../plot/draw-line.ts';
import { formatNumber } from '../../ui/format.ts';

/** Trains a second of the machine: what a train ID is as a time, where streams say when only the newest was. */
export const TRAINS_PER_SECOND = 10;

export interface HistoryLine {
  readonly name: string;
  readonly points: ScalarPoints;
}

export interface HistoryForm {
  /** Trains of a moving mean; none without it. */
  readonly mean?: number | undefined;
  /** When the newest train was; train IDs without it. */
  readonly clock?: { readonly trainId: number; readonly at: number } | undefined;
  readonly unit: string;
}

/** Histories as lines: where a point is several trains, a band from the smallest to the largest and their mean. */
export function historyContent(lines: readonly HistoryLine[], marks: readonly ChartMark[], { mean, clock, unit }: HistoryForm): ChartContent {
  const drawn = lines.flatMap(({ name, points }, color): ChartLine[] => {
    const { x, mean: y, low, high, width } = points;
    const line: ChartLine = { name, color, as: 'line', x, y, ...(width > 1 && { low, high }) };
    return mean === undefined ? [line] : [{ ...line, faint: true }, { name: `${name}, mean of ${mean} trains`, color, as: 'line', dashed: true, x, y: movingMean(points, mean) }];
  });
  const content = { lines: drawn, yLabel: unit, marks };
  if (!clock) return { ...content, xLabel: 'train ID', xAs: 'trains' };
  const perTrain = 1000 / TRAINS_PER_SECOND;
  return { ...content, xLabel: '', xAs: { timeOf: (train) => clock.at + (train - clock.trainId) * perTrain, trainAt: (at) => clock.trainId + (at - clock.at) / perTrain } };
}

/** What changed in the yard between two trains, in a sentence each; a slider that was dragged is one change. */
export function journalMarks(journal: readonly JournalEntry[], from: number, to: number): ChartMark[] {
  const marks: { at: number; name: string; text: string }[] = [];
  for (const { trainId, what, name, value, who, at } of journal) {
    if (trainId < from || trainId > to) continue;
    const time = new Date(at).toLocaleTimeString('en-GB');
    const said = what === 'generation' ? `code: generation ${name}` : what === 'parameter' ? `${name} = ${typeof value === 'number' ? formatNumber(value) : String(value)}` : `${what} ${name}`;
    const mark = { at: trainId, name: `${what} ${name}`, text: `${time} ${said} (${who})` };
    const before = marks.at(-1);
    if (what === 'parameter' && before?.name === mark.name && trainId - before.at < 20) marks[marks.length - 1] = mark;
    else marks.push(mark);
  }
  return marks.map(({ at, text }) => ({ at, text }));
}
