import type { Hdf5Dataset } from '@trainyard/hdf5';
import { numbers, type FileIndex } from '../file/file-index.ts';
import type { RunFile } from '../file/run-file.ts';
import type { Finding } from './finding.ts';

type Found = Omit<Finding, 'file'>;

/** Checks one index group, and that it points at rows that there are. `data`: the datasets that it belongs to. */
export function* checkIndex(file: RunFile, group: string, data: readonly Hdf5Dataset[]): Generator<Found> {
  const dataset = `INDEX/${group}`;
  const found = (severity: Found['severity'], code: string, message: string, where = dataset): Found => ({ severity, code, message, dataset: where });
  const arrays = readArrays(file, dataset);
  if (!arrays) {
    yield found('error', 'RUN_INDEX_MISSING', `${dataset} is missing or not complete: its data cannot be assigned to trains`);
    return;
  }
  const { first, count, shapes } = arrays;
  if (shapes.some((shape) => shape.length !== 1)) {
    yield found('error', 'RUN_INDEX_SHAPE', `${dataset}: first and count have the shapes ${shapes.map((shape) => `[${shape.join(', ')}]`).join(' and ')}; they should have one axis`);
    return;
  }
  if (first.length !== count.length) {
    yield found('error', 'RUN_INDEX_LENGTH', `${dataset}: first has ${first.length} entries, count ${count.length}`);
    return;
  }
  const trains = file.trainIds.length;
  if (first.length !== trains) {
    const padded = first.length > trains;
    yield found(padded ? 'warning' : 'error', 'RUN_INDEX_LENGTH', `${dataset} has ${first.length} entries for ${trains} trains${padded ? ': those of train IDs that are zero, or behind the last, are not used' : ': the last trains have no data'}`);
  }
  // Zeros in the middle of the train IDs have their places in the index, too.
  const places = numbers(file.dataset('INDEX/trainId')!).findLastIndex((id) => id !== 0) + 1;
  yield* checkOrder({ first: first.subarray(0, places), count: count.subarray(0, places) }, (severity, code, message) => found(severity, code, `${dataset}: ${message}`));
  const used = file.index(group);
  const end = used.first.reduce((most, from, i) => (used.count[i]! > 0 ? Math.max(most, from + used.count[i]!) : most), 0);
  const short = data.filter(({ shape }) => (shape[0] ?? 0) < end);
  if (short[0]) {
    const more = short.length > 1 ? `, and so have ${short.length - 1} more of its keys` : '';
    yield found('error', 'RUN_INDEX_RANGE', `${dataset} points at ${end} rows, ${short[0].path} has ${short[0].shape[0] ?? 0}${more}: the file is incomplete`, short[0].path.slice(1));
  }
}

function readArrays(file: RunFile, base: string): { first: Float64Array; count: Float64Array; shapes: number[][] } | undefined {
  const first = file.dataset(`${base}/first`);
  const count = file.dataset(`${base}/count`);
  if (!first) return undefined;
  if (count) return { first: numbers(first), count: numbers(count), shapes: [first.shape, count.shape] };
  const [last, status] = [file.dataset(`${base}/last`), file.dataset(`${base}/status`)];
  if (!last || !status) return undefined;
  const [from, to, has] = [numbers(first), numbers(last), numbers(status)];
  return { first: from, count: to.map((end, i) => (has[i] ? (end - from[i]! + 1) * has[i] : 0)), shapes: [first.shape, last.shape] };
}

/** Rows follow each other from 0 on. Where they do not, ours are still the rows that the index names; EXtra-data takes others. */
function* checkOrder({ first, count }: FileIndex, found: (severity: Found['severity'], code: string, message: string) => Found): Generator<Found> {
  if (first.length === 0) return;
  const which = (places: readonly number[]): string => `${places.length === 1 ? '' : `${places.length} times, first `}after train ${places[0]! + 1} of the file (${first[places[0]!]} + ${count[places[0]!]}, then ${first[places[0]! + 1]})`;
  if (first[0] !== 0) yield found('warning', 'RUN_INDEX_START', `the rows begin at ${first[0]}, not at 0`);
  const steps = Array.from(first.subarray(1), (next, i) => next - first[i]! - count[i]!);
  const gaps = steps.flatMap((step, i) => (step > 0 ? [i] : []));
  const overlaps = steps.flatMap((step, i) => (step < 0 ? [i] : []));
  if (gaps.length) yield found('warning', 'RUN_INDEX_GAPS', `rows that no train has: ${which(gaps)}. They are left out here; EXtra-data reads them in place of the right ones`);
  if (!overlaps.length) return;
  // A train without data may name any row: nothing is read twice then.
  const harmless = overlaps.every((i) => count[i] === 0 || count[i + 1] === 0);
  yield found(harmless ? 'warning' : 'error', 'RUN_INDEX_OVERLAP', harmless ? `the index goes back ${which(overlaps)}, at trains without data` : `rows that several trains have: ${which(overlaps)}`);
}
