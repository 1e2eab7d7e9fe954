import type { Hdf5File } from '@trainyard/hdf5';
import { ExdfError } from '../exdf-error.ts';

/** The sources of one file. */
export interface FileSources {
  readonly control: ReadonlySet<string>;
  readonly instrument: ReadonlySet<string>;
  /** Old names kept as links -> the names that replaced them. */
  readonly legacy: ReadonlyMap<string, string>;
}

/** A section of a file beside CONTROL and INSTRUMENT. */
export type AuxiliarySection = 'REDUCTION' | 'ERRATA';

/** Reads the list of sources in METADATA. Errors: EXDF_FILE for a file without one, or with sources of an unknown category. */
export function readSources(file: Hdf5File, version: string): FileSources {
  const control = new Set<string>();
  const instrument = new Set<string>();
  const legacy = new Map<string, string>();
  const where = Number.parseFloat(version) < 1 ? 'METADATA/dataSourceId' : 'METADATA/dataSources/dataSourceId';
  const list = file.get(where);
  if (list?.kind !== 'dataset') throw new ExdfError('EXDF_FILE', file.filename, `${where} is missing`);
  for (const id of list.read()) {
    if (typeof id !== 'string') throw new ExdfError('EXDF_FILE', file.filename, `${where} does not hold text`);
    // The list is padded with empty entries.
    if (id === '') continue;
    const [category, rest] = cut(id);
    if (category === 'CONTROL') control.add(rest);
    else if (category === 'INSTRUMENT') {
      const name = withoutGroup(rest);
      if (instrument.has(name)) continue;
      instrument.add(name);
      const link = file.link(`INSTRUMENT/${name}`) ?? file.link(`INDEX/${name}`);
      if (link?.kind === 'soft') legacy.set(name, link.target.replace(/^\/?(?:INDEX|INSTRUMENT)\//, ''));
    } else if (category !== 'Karabo_TimerServer') throw new ExdfError('EXDF_FILE', file.filename, `Unknown data category "${category}" in ${where}`);
  }
  return { control, instrument, legacy };
}

/** Sources of the sections REDUCTION and ERRATA, which files have since 2025. */
export function readAuxiliary(file: Hdf5File): Map<string, AuxiliarySection> {
  const sources = new Map<string, AuxiliarySection>();
  for (const section of ['REDUCTION', 'ERRATA'] as const) {
    const list = file.get(`METADATA/auxiliarySources/${section}`);
    if (list?.kind !== 'dataset') continue;
    for (const id of list.read()) {
      if (typeof id !== 'string' || !id.startsWith(`${section}/`)) continue;
      const source = id.slice(section.length + 1);
      // The last part is the index group, whether or not there is a channel before it.
      sources.set(source.slice(0, Math.max(0, source.lastIndexOf('/'))), section);
    }
  }
  sources.delete('');
  return sources;
}

function cut(id: string): [string, string] {
  const slash = id.indexOf('/');
  return slash < 0 ? [id, ''] : [id.slice(0, slash), id.slice(slash + 1)];
}

/** `DEVICE:channel/group` without the group. */
function withoutGroup(id: string): string {
  const colon = id.indexOf(':');
  const slash = id.indexOf('/', colon < 0 ? 0 : colon);
  return colon < 0 || slash < 0 ? id : id.slice(0, slash);
}
