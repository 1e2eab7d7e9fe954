import { didYouMean } from '@trainyard/core';
import { ExdfError } from '../exdf-error.ts';
import type { Run, RunSource } from '../run.ts';

/** A family of detectors that are made of modules, each a source of its own. */
export interface DetectorKind {
  /** As EXtra-data and EXtra-geom name it. */
  readonly name: string;
  /** What the detector's name looks like: the part of a source before the first `/`. */
  readonly detector: RegExp;
  /** The rest of a module's source, recorded and corrected; the first group is the module's number. */
  readonly raw: RegExp;
  readonly corrected: RegExp;
  /** The key of the pixels, and that of the mask of corrected data. */
  readonly pixels: string;
  readonly mask: string;
  /** Keys with the numbers of pulses and memory cells, one per frame; undefined where there are none. */
  readonly pulseId?: string;
  readonly cellId: string;
  /** How many modules there are; undefined when as many as the highest number says. */
  readonly modules?: number;
  readonly firstModule: number;
  /** Whether the frames of a train lie in one entry, along its first axis (memory cells), and not in entries of their own. */
  readonly cellsInEntry: boolean;
  /** Whether recorded data are told by their axes (signal and gain beside each other) and not by integer pixels. */
  readonly rawHasGainAxis: boolean;
}

const xtdf = {
  raw: /^\/DET\/(\d+)CH/, corrected: /^\/CORR\/(\d+)CH/, pixels: 'image.data', mask: 'image.mask', pulseId: 'image.pulseId', cellId: 'image.cellId',
  firstModule: 0, cellsInEntry: false, rawHasGainAxis: false,
} as const;

/** The detectors of the facility; the first whose name fits counts. */
export const detectorKinds: readonly DetectorKind[] = [
  { ...xtdf, name: 'AGIPD1M', detector: /^[^/]+_AGIPD1M[^/]*$/, modules: 16, rawHasGainAxis: true },
  { ...xtdf, name: 'AGIPD500K', detector: /^[^/]+AGIPD500K[^/]*$/, modules: 8, rawHasGainAxis: true },
  { ...xtdf, name: 'LPD1M', detector: /^[^/]+_LPD1M[^/]*$/, modules: 16 },
  { ...xtdf, name: 'LPDMini', detector: /^[^/]+_LPD_?MINI[^/]*$/i },
  { ...xtdf, name: 'LPDSolo', detector: /^[^/]+_LPD_SOLO[^/]*$/, modules: 1 },
  { ...xtdf, name: 'DSSC1M', detector: /^[^/]+_DSSC1M[^/]*$/, modules: 16 },
  {
    name: 'JUNGFRAU', detector: /^[^/]+_(?:JNGFR|JF[14]M|JUNGF|JF|JF500K\d?)$/, raw: /^\/DET\/(?:MODULE_|RECEIVER-|JNGFR)(\d+)/, corrected: /^\/CORR\/(?:MODULE_|RECEIVER-|JNGFR)(\d+)/,
    pixels: 'data.adc', mask: 'data.mask', cellId: 'data.memoryCell', firstModule: 1, cellsInEntry: true, rawHasGainAxis: false,
  },
];

/** A detector that is not in the table, by the pattern of its modules' sources. */
export interface CustomDetector {
  /** Names of the modules' sources, `{module}` for the number: `SPB_DET_X/DET/{module}CH0:xtdf`. */
  readonly sources: string;
  readonly pixels?: string;
  readonly mask?: string;
  readonly pulseId?: string;
  readonly cellId?: string;
  readonly modules?: number;
  readonly firstModule?: number;
  readonly cellsInEntry?: boolean;
}

/** The modules of a detector in a run, by number. */
export interface FoundDetector {
  readonly name: string;
  readonly kind: DetectorKind;
  readonly raw: boolean;
  readonly sources: ReadonlyMap<number, RunSource>;
}

/** The detectors in a run: their names with their kinds. */
export function findDetectors(run: Run): { readonly name: string; readonly kind: DetectorKind }[] {
  const found = new Map<string, DetectorKind>();
  for (const source of run.sources.values()) {
    if (source.kind !== 'instrument') continue;
    const [name, rest] = cut(source.name);
    const kind = detectorKinds.find((one) => one.detector.test(name) && (one.raw.test(rest) || one.corrected.test(rest)));
    if (kind && !found.has(name)) found.set(name, kind);
  }
  return Array.from(found, ([name, kind]) => ({ name, kind }));
}

/**
 * The modules of one detector. `what`: the name of the detector or of its kind; the only one of the run without it. `raw`: recorded or corrected data;
 * corrected where there are some without it. Errors: EXDF_DETECTOR when there is none, or several.
 */
export function findDetector(run: Run, what: string | CustomDetector | undefined, raw: boolean | undefined): FoundDetector {
  if (typeof what === 'object') return custom(run, what);
  const all = findDetectors(run);
  const fitting = what === undefined ? all : all.filter(({ name, kind }) => name === what || kind.name === what);
  if (fitting.length === 0) throw new ExdfError('EXDF_DETECTOR', run.directory, nothing(all, what));
  if (fitting.length > 1) throw new ExdfError('EXDF_DETECTOR', run.directory, `There are several detectors: say which of ${fitting.map(({ name }) => name).join(', ')}`);
  const { name, kind } = fitting[0]!;
  const corrected = modules(run, name, kind.corrected, kind);
  const recorded = modules(run, name, kind.raw, kind);
  // Names like those of recorded data are also those of corrected data of earlier years.
  const recordedIsRaw = [...recorded.values()].some((source) => isRaw(source, kind));
  if (raw === true && !recordedIsRaw) throw new ExdfError('EXDF_DETECTOR', run.directory, `${name} has no recorded data here, only corrected: open data raw`);
  if (raw !== true && corrected.size) return { name, kind, raw: false, sources: corrected };
  if (raw === false && recordedIsRaw) throw new ExdfError('EXDF_DETECTOR', run.directory, `${name} has no corrected data here, only recorded: open data proc`);
  return { name, kind, raw: recordedIsRaw, sources: recorded };
}

function nothing(all: readonly { name: string; kind: DetectorKind }[], what: string | undefined): string {
  if (all.length === 0) return 'There is no detector of several modules in this run';
  return `There is no detector ${what}; there is ${all.map(({ name, kind }) => `${name} (${kind.name})`).join(', ')}.${didYouMean(what ?? '', all.flatMap(({ name, kind }) => [name, kind.name]))}`;
}

function custom(run: Run, what: CustomDetector): FoundDetector {
  if (!what.sources.includes('{module}')) throw new ExdfError('EXDF_DETECTOR', what.sources, 'The names of the modules must have {module} where their number is');
  const pattern = new RegExp(`^${what.sources.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace('{module}', '(\\d+)')}$`);
  const sources = new Map<number, RunSource>();
  for (const source of run.sources.values()) {
    const number = pattern.exec(source.name)?.[1];
    if (number !== undefined) sources.set(Number(number), source);
  }
  if (sources.size === 0) throw new ExdfError('EXDF_DETECTOR', run.directory, `No source fits ${what.sources}`);
  const { modules: count, firstModule = 0, pixels = 'image.data', cellsInEntry = false } = what;
  const group = pixels.split('.', 1)[0]!;
  const kind: DetectorKind = {
    name: 'custom', detector: pattern, raw: pattern, corrected: pattern, pixels, mask: what.mask ?? `${group}.mask`, cellId: what.cellId ?? `${group}.${cellsInEntry ? 'memoryCell' : 'cellId'}`,
    ...(!cellsInEntry && { pulseId: what.pulseId ?? `${group}.pulseId` }), ...(count !== undefined && { modules: count }), firstModule, cellsInEntry, rawHasGainAxis: false,
  };
  return { name: cut(what.sources)[0], kind, raw: isRaw([...sources.values()][0]!, kind), sources };
}

function modules(run: Run, name: string, rest: RegExp, kind: DetectorKind): Map<number, RunSource> {
  const found = new Map<number, RunSource>();
  for (const source of run.sources.values()) {
    const [detector, channel] = cut(source.name);
    const number = detector === name ? rest.exec(channel)?.[1] : undefined;
    if (number !== undefined && source.keys.has(kind.pixels)) found.set(Number(number), source);
  }
  return new Map([...found].sort(([a], [b]) => a - b));
}

/** Pixels of recorded data are integers; those of AGIPD have signal and gain beside each other, whatever corrected ones are stored as. */
function isRaw(source: RunSource, kind: DetectorKind): boolean {
  if (source.name.includes('/CORR/')) return false;
  const pixels = source.keys.get(kind.pixels);
  return pixels !== undefined && (kind.rawHasGainAxis ? pixels.entryShape.length === 3 : /int/.test(pixels.dtype));
}

function cut(source: string): [string, string] {
  const slash = source.indexOf('/');
  return slash < 0 ? [source, ''] : [source.slice(0, slash), source.slice(slash)];
}
