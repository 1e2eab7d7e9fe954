import { Hdf5Dataset } from '@trainyard/hdf5';
import { numbers } from '../file/file-index.ts';
import type { RunFile } from '../file/run-file.ts';
import { checkIndex } from './check-index.ts';
import type { Finding } from './finding.ts';

type Found = Omit<Finding, 'file'>;

/** Everything that can be said of one file by itself. */
export function checkFile(file: RunFile): Finding[] {
  const found: Found[] = [];
  for (const check of [trainIds, sources, timestamps, virtual]) {
    try {
      for (const one of check(file)) found.push(one);
    } catch (error) {
      found.push({ severity: 'error', code: (error as { code?: string }).code ?? 'RUN_DATA', message: (error as Error).message });
    }
  }
  return found.map((one) => ({ ...one, file: file.path }));
}

function* trainIds(file: RunFile): Generator<Found> {
  const dataset = 'INDEX/trainId';
  const stored = numbers(file.dataset(dataset)!);
  const lastTrain = stored.findLastIndex((id) => id !== 0);
  const zero = stored.indexOf(0);
  if (zero >= 0 && zero < lastTrain) yield { severity: 'warning', code: 'RUN_TRAIN_ZERO', message: `Zeros among the train IDs, the first at ${zero}: these trains are left out, the others keep their rows (EXtra-data shifts them)`, dataset };
  const ids = file.trainIds;
  const place = ids.findIndex((id, i) => i + 1 < ids.length && ids[i + 1]! <= id);
  if (place >= 0) yield { severity: 'warning', code: 'RUN_TRAIN_ORDER', message: `Train IDs do not rise, first at ${place} (${ids[place]}, then ${ids[place + 1]})`, dataset };
}

/** Index and data of each source; which keys belong to which index group, as far as the file has them. */
function* sources(file: RunFile): Generator<Found> {
  for (const source of file.control) {
    const data = datasetsBelow(file, `/CONTROL/${source}`);
    yield* checkIndex(file, source, data);
  }
  for (const source of file.instrument) {
    if (file.legacy.has(source)) continue;
    const base = `/INSTRUMENT/${source}`;
    const groups = new Map<string, Hdf5Dataset[]>();
    for (const dataset of datasetsBelow(file, base)) {
      const group = dataset.path.slice(base.length + 1).split('/', 1)[0]!;
      groups.set(group, [...(groups.get(group) ?? []), dataset]);
    }
    if (groups.size === 0) yield { severity: 'warning', code: 'RUN_SOURCE_EMPTY', message: `${source} is in the list of sources, but the file has no data of it`, dataset: base.slice(1) };
    for (const [group, data] of groups) yield* checkIndex(file, `${source}/${group}`, data);
  }
}

function datasetsBelow(file: RunFile, base: string): Hdf5Dataset[] {
  return file.namesBelow(base).map((name) => file.dataset(`${base}/${name.replaceAll('.', '/')}`)).filter((dataset) => dataset !== undefined);
}

/** When values of control sources last changed: times that never go back, zeros only behind the last. */
function* timestamps(file: RunFile): Generator<Found> {
  for (const source of file.control) {
    for (const name of file.namesBelow(`/CONTROL/${source}`)) {
      if (!name.endsWith('.timestamp')) continue;
      const dataset = `CONTROL/${source}/${name.replaceAll('.', '/')}`;
      const stored = file.dataset(dataset)!.read();
      if (Array.isArray(stored)) continue;
      // Nanoseconds since 1970 are too many for a double: they are compared as they are.
      const times = Array.from(stored as ArrayLike<bigint | number>, BigInt);
      const zero = times.indexOf(0n);
      if (zero >= 0 && times.some((time, i) => i > zero && time !== 0n)) yield { severity: 'warning', code: 'RUN_TIMESTAMP_ZERO', message: `${source}[${name}] has zeros among its times, the first at ${zero}`, dataset };
      const known = zero < 0 ? times : times.slice(0, zero);
      const place = known.findIndex((time, i) => i > 0 && time < known[i - 1]!);
      if (place >= 0) yield { severity: 'warning', code: 'RUN_TIMESTAMP_ORDER', message: `${source}[${name}] goes back in time, first at ${place} (${known[place]} after ${known[place - 1]})`, dataset };
    }
  }
}

/** Virtual datasets whose sources cannot be had. */
function* virtual(file: RunFile): Generator<Found> {
  for (const section of ['CONTROL', 'INSTRUMENT'] as const) {
    for (const source of section === 'CONTROL' ? file.control : file.instrument) {
      if (file.legacy.has(source)) continue;
      for (const dataset of datasetsBelow(file, `/${section}/${source}`)) yield* checkVirtual(dataset);
    }
  }
}

/** What is missing of one virtual dataset: a finding for each file. */
export function* checkVirtual(dataset: Hdf5Dataset): Generator<Found> {
  const absent = new Map<string, number>();
  for (const { reason } of dataset.absentParts()) absent.set(reason, (absent.get(reason) ?? 0) + 1);
  const parts = dataset.isVirtual ? dataset.virtualSources.length : 0;
  for (const [reason, count] of absent) yield { severity: 'error', code: 'RUN_VIRTUAL', message: `${dataset.path}: ${reason}; ${count} of ${parts} parts of this virtual dataset would read as fill values`, dataset: dataset.path.slice(1) };
}
