import { detector } from '../detector/detector.ts';
import { findDetectors } from '../detector/kinds.ts';
import { FileRun } from '../file-run.ts';
import type { FileSource } from '../file-source.ts';
import type { Run, RunKey } from '../run.ts';
import type { Finding } from './finding.ts';

/** Entries larger than this are not read to see whether they can be. */
const MOST_BYTES = 1 << 24;

/** What the files of a source say differently, rows that cannot be read, and modules of a detector that do not agree. */
export function checkSources(run: Run): Finding[] {
  const { sources } = (run as FileRun).parts;
  return [...Array.from(sources.values()).filter(({ legacy }) => legacy === undefined).flatMap((source) => [...sameKeys(source), ...readable(source)]), ...detectors(run)];
}

/** All files of a source have the same keys, of the same type and shape. */
function* sameKeys(source: FileSource): Generator<Finding> {
  const { section, recorded } = source.home;
  const base = `/${section}/${recorded}`;
  const files = source.home.files.filter((file) => file.trainIds.length > 0);
  const [first, ...others] = files;
  if (!first) return;
  const known = new Set(first.namesBelow(base));
  for (const file of others) {
    const own = file.namesBelow(base);
    const [less, more] = [[...known].filter((name) => !own.includes(name)), own.filter((name) => !known.has(name))];
    if (less.length || more.length) {
      const what = [less.length ? `lacks ${less.slice(0, 5).join(', ')}${less.length > 5 ? ', ...' : ''}` : '', more.length ? `has ${more.slice(0, 5).join(', ')}${more.length > 5 ? ', ...' : ''}, which ${first.name} has not` : ''].filter(Boolean).join(' and ');
      yield { severity: 'warning', code: 'RUN_KEYS', message: `${source.name}: ${file.name} ${what}`, file: file.path };
    }
    for (const name of own) {
      const path = `${base}/${name.replaceAll('.', '/')}`;
      const [was, is] = [first.dataset(path), file.dataset(path)];
      if (!was || !is || (was.dtype === is.dtype && String(was.shape.slice(1)) === String(is.shape.slice(1)))) continue;
      yield { severity: 'warning', code: 'RUN_MIXED', message: `${source.name}[${name}] changes from ${was.dtype} [${was.shape.slice(1).join(', ')}] to ${is.dtype} [${is.shape.slice(1).join(', ')}] in ${file.name}: it can be read train by train only`, file: file.path };
    }
  }
}

/** The last entry of each key, which an unfinished file lacks. */
function* readable(source: FileSource): Generator<Finding> {
  for (const key of source.keys.values()) {
    try {
      if (key.dtype === 'object' || (key.entryBytes ?? 0) >= MOST_BYTES) continue;
      const last = lastTrain(key);
      if (last !== undefined) key.readTrain(last);
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      // An index outside of the data is found in the file itself, a type without an equivalent is none of the file's faults.
      if (code !== 'EXDF_INDEX' && code !== 'EXDF_TYPE') yield { severity: 'error', code: code ?? 'RUN_DATA', message: `${source.name}[${key.name}]: ${message}` };
    }
  }
}

function lastTrain(key: RunKey): number | undefined {
  const { counts, trainIds } = key.counts();
  return trainIds[counts.findLastIndex((count) => count > 0)];
}

function* detectors(run: Run): Generator<Finding> {
  for (const { name, kind } of findDetectors(run)) {
    try {
      const found = detector(run, name);
      const absent = Array.from({ length: found.moduleCount }, (_, i) => i + found.firstModule).filter((module) => !found.modules.includes(module));
      if (absent.length) yield { severity: 'warning', code: 'RUN_DETECTOR', message: `${name} (${kind.name}) has no module ${absent.join(', ')}` };
      if (found.kind.pulseId !== undefined && found.keyOf(found.modules[0]!, found.kind.pulseId)) found.pulseIds();
    } catch (error) {
      yield { severity: 'warning', code: 'RUN_DETECTOR', message: (error as Error).message };
    }
  }
}
