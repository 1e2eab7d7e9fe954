import { YardError, didYouMean } from '@trainyard/core';
import { openRun, type Run, type RunData, type RunKey, type RunNumber } from '@trainyard/exdf';
import { Hdf5Dataset, Hdf5Group, openHdf5, type Hdf5File } from '@trainyard/hdf5';

/** What `yard read` gives: an array as it is stored, and one train ID per row where rows are of trains. */
export interface Rows {
  readonly array: RunData;
  readonly trainIds: readonly number[] | undefined;
  readonly unit: string | undefined;
  /** How many rows there are, where only the first were read. */
  readonly of?: number;
  /** What is not in the array because a file of a virtual dataset is not there, in words. */
  readonly missing?: readonly string[];
}

/**
 * All rows of one key of a run, as EXtra-data's `ndarray()` gives them, or the first that take about `most` bytes. `source` may be an alias, and a source of the sections REDUCTION and ERRATA. Throws
 * `READ_SOURCE`, `READ_KEY` with the nearest name.
 */
export async function readRun(where: string | RunNumber, source: string, key: string | undefined, most = Infinity): Promise<Rows> {
  const run = await openRun(where);
  try {
    const alias = run.sources.has(source) ? undefined : run.aliases.get(source.toLowerCase().replaceAll('_', '-'));
    if (alias?.key !== undefined && key === undefined) return rowsOf(run, run.key(alias.source, alias.key), most);
    const found = run.sources.get(alias?.source ?? source) ?? run.auxiliary.get(source);
    if (!found) throw new YardError('READ_SOURCE', `${run.directory} has no source "${source}".${didYouMean(source, run.sources.keys())} "yard ls" lists them.`);
    const keys = Array.from(found.keys.keys(), (name) => name.replace(/\.value$/, ''));
    if (key === undefined) throw new YardError('READ_KEY', `Say which key of ${source} to read: ${keys.filter((name) => !name.endsWith('.timestamp')).join(', ')}.`);
    const one = found.keys.get(key);
    if (!one) throw new YardError('READ_KEY', `${source} has no key "${key}".${didYouMean(key, keys)} It has ${keys.filter((name) => !name.endsWith('.timestamp')).join(', ')}.`);
    return rowsOf(run, one, most);
  } finally {
    run.close();
  }
}

function rowsOf(run: Run, key: RunKey, most: number): Rows {
  const rows = key.shape[0]!;
  const { trainIds, missing = [], ...array } = firstTrains(run, key, most).read();
  return { array, ...(array.shape[0]! < rows && missing.length === 0 && { of: rows }), trainIds, unit: key.units, missing: missing.map(({ trainIds: ids, reason }) => `${ids.length} ${ids.length === 1 ? 'train is' : 'trains are'} left out: ${reason}`) };
}

/** The key itself where it fits, or that of the first trains. Auxiliary sources are small. */
function firstTrains(run: Run, key: RunKey, most: number): RunKey {
  const bytes = key.shape[0]! * (key.entryBytes ?? 0);
  const trains = run.trainIds.length;
  if (bytes <= most || !run.sources.has(key.source)) return key;
  // Empty trains at the beginning show nothing: there are some more then.
  for (let n = Math.max(1, Math.floor((trains * most) / bytes)); n < trains; n *= 2) {
    const part = run.trains(`0:${n}`).key(key.source, key.name);
    if (part.shape[0]! > 0) return part;
  }
  return key;
}

/**
 * One dataset of a results file by `group/view` (or the view's name alone, or `view` and a key beside `data`: `final`,
 * `outcome`, `errors`, a series' name), or of any HDF5 file by its path: all of it, or the first rows that take about `most` bytes.
 */
export async function readHdf5(path: string, source: string, key: string | undefined, most = Infinity): Promise<Rows> {
  const file = await openHdf5(path);
  try {
    const isResults = file.has('/entry/results') && file.has('/entry/trainId');
    const view = isResults && !source.startsWith('/') ? viewOf(file, source) : undefined;
    const dataset = view ? ofView(view, source, key) : plain(file, key === undefined ? source : `${source}/${key}`);
    const [absent] = dataset.absentParts();
    if (absent) throw new YardError('READ_MISSING', `${path}:${dataset.path} is virtual, and ${absent.reason}: it would read as fill values. Bring the file back; "yard check" lists all that is missing.`);
    const unit = dataset.attribute('units');
    const [rows = 1, ...entry] = dataset.shape;
    const fits = Math.max(1, Math.floor(most / (entry.reduce((product, n) => product * n, 1) * dataset.itemSize || 1)));
    const part = fits < rows && entry.length >= dataset.innerShape.length;
    const array = { dtype: dataset.dtype, shape: part ? [fits, ...entry] : dataset.shape, data: dataset.read(part ? [[0, fits]] : undefined) };
    return { array, ...(part && { of: rows }), trainIds: view && trainIdsOf(file, view, dataset), unit: typeof unit === 'string' ? unit : undefined };
  } finally {
    file.close();
  }
}

function plain(file: Hdf5File, path: string): Hdf5Dataset {
  const found = file.get(path);
  if (found instanceof Hdf5Dataset) return found;
  if (found) throw new YardError('READ_KEY', `${path} is a group; it has ${found.keys().join(', ') || 'no members'}.`);
  const paths = Array.from(file.datasets(), (dataset) => dataset.path);
  throw new YardError('READ_KEY', `${file.filename} has no dataset "${path}".${didYouMean(path.startsWith('/') ? path : `/${path}`, paths)} "yard ls" lists them.`);
}

function viewOf(file: Hdf5File, name: string): Hdf5Group {
  const results = file.group('/entry/results');
  const ids = results.keys().flatMap((group) => results.group(group).keys().map((view) => `${group}/${view}`));
  const matching = ids.filter((id) => id === name || id.split('/')[1] === name);
  if (matching.length > 1) throw new YardError('READ_SOURCE', `"${name}" may be ${matching.join(' or ')}: write the group, too.`);
  if (matching[0] === undefined) throw new YardError('READ_SOURCE', `${file.filename} has no view "${name}".${didYouMean(name, [...ids, ...ids.map((id) => id.split('/')[1]!)])} It has ${ids.join(', ') || 'none'}.`);
  return results.group(matching[0]);
}

function ofView(view: Hdf5Group, name: string, key: string | undefined): Hdf5Dataset {
  const candidates = key === undefined ? ['data', 'final'] : [key, `data/${key}`];
  for (const candidate of candidates) {
    const found = view.get(candidate);
    if (found instanceof Hdf5Dataset) return found;
    if (found && key === undefined) throw new YardError('READ_KEY', `${name} has several series; say which: ${found.keys().join(', ')}.`);
  }
  const keys = view.keys();
  throw new YardError('READ_KEY', key === undefined ? `${name} has no row: no train had a value.` : `${name} has no "${key}".${didYouMean(key, keys)} It has ${keys.join(', ')}.`);
}

/** One per row: the view's own train IDs, repeated where a train has several rows; all trains for `outcome`. */
function trainIdsOf(file: Hdf5File, view: Hdf5Group, dataset: Hdf5Dataset): number[] | undefined {
  const rows = dataset.shape[0];
  const numbers = (of: Hdf5Dataset): number[] => Array.from(of.read() as ArrayLike<number | bigint>, Number);
  const own = numbers(view.dataset('trainId'));
  const series = dataset.path.split('/').at(-1)!;
  const parent = dataset.path.slice(0, -series.length);
  const count = file.get(`${parent}${series === 'data' && parent === `${view.path}/` ? '' : `${series}_`}count`);
  if (series === 'outcome') return numbers(file.dataset('/entry/trainId'));
  if (count instanceof Hdf5Dataset) {
    const counts = numbers(count);
    const repeated = own.flatMap((id, row) => Array.from({ length: counts[row] ?? 0 }, () => id));
    return repeated.length === rows ? repeated : undefined;
  }
  return own.length === rows && series !== 'final' ? own : undefined;
}
