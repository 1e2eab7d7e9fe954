import { ExdfError } from '../exdf-error.ts';
import type { Run, RunKey, RunSource } from '../run.ts';
import { laserBits, pulsesTo, type PulseTarget } from './bunch-word.ts';

/** Pulses of all trains. */
export interface TrainPulses {
  readonly trainIds: number[];
  /** Pulses of each train. */
  readonly counts: number[];
  /** Pulse IDs, one train after the other. */
  readonly pulseIds: number[];
}

/** Which pulses of each train went where, as the machine had it in its table. */
export interface BunchPattern {
  /** The source it is read from. */
  readonly source: string;
  /** `timeserver`: the table itself; `decoder`: lists of pulses for each target. */
  readonly kind: 'timeserver' | 'decoder';
  /** Pulse IDs of one train; undefined when the source has nothing in it. Errors: EXDF_SELECT. */
  train(trainId: number, target: PulseTarget): number[] | undefined;
  /** Pulse IDs of all trains that the source has. */
  pulses(target: PulseTarget): TrainPulses;
}

const TIMESERVER = /^\w{3}_(?:BR|RR)_(?:UTC|SYS)\/TSYS\/(?:TIMESERVER|X2TIMER\d)$/;
const DECODER = /^\w{3}_(?:BR|RR)_(?:UTC|SYS)\/(?:MDL|TSYS)\/(?:BUNCH|PULSE|PP)\w*_(?:DECODER|PATTERN)$/;
const CHANNEL = ':outputBunchPattern';

/**
 * The bunch pattern of a run, from a time server or a decoder of the pattern; `source` says which where there are several. Errors: EXDF_NO_SOURCE when there is
 * none, EXDF_SELECT for several.
 */
export function bunchPattern(run: Run, source?: string): BunchPattern {
  const found = source === undefined ? find(run) : run.source(source);
  const table = found.keys.get('data.bunchPatternTable') ?? found.keys.get('bunchPatternTable');
  if (table) return patternOf(found, 'timeserver', table.rowTrainIds(), (trainId, target) => wordsOf(table, trainId, target));
  const dump = found.keys.get('maindump.pulseIds');
  if (!dump) throw new ExdfError('EXDF_NO_SOURCE', found.name, 'This source has neither a bunch pattern table nor lists of pulses');
  return patternOf(found, 'decoder', dump.rowTrainIds(), (trainId, target) => listOf(found, trainId, target));
}

/** The beamline of the sources of a run; undefined when they are of several. SASE 1 lies before SASE 3, whose runs have sources of both. */
export function saseOf(run: Run): 1 | 2 | 3 | undefined {
  const beamlines = [[1, /^(?:SA1|LA1|SPB|FXE)_/], [2, /^(?:SA2|LA2|MID|HED)_/], [3, /^(?:SA3|LA3|SCS|SQS|SXP)_/]] as const;
  const there = beamlines.filter(([, prefix]) => [...run.sources.keys()].some((name) => prefix.test(name))).map(([sase]) => sase);
  if (there.length === 1) return there[0];
  return String(there) === '1,3' ? 3 : undefined;
}

function find(run: Run): RunSource {
  const all = Array.from(run.sources.values());
  const channelOf = (name: string): RunSource | undefined => run.sources.get(`${name}${CHANNEL}`);
  const searches = [
    // Where the class of devices is recorded, time servers send the table through a channel.
    () => all.filter((one) => one.kind === 'control' && one.deviceClass === 'TimeServer').map(({ name }) => channelOf(name)),
    () => all.filter((one) => one.kind === 'instrument' && one.name.endsWith(CHANNEL) && TIMESERVER.test(one.name.slice(0, -CHANNEL.length))),
    () => all.filter((one) => one.kind === 'control' && TIMESERVER.test(one.name) && one.keys.has('bunchPatternTable')),
    () => all.filter((one) => one.kind === 'control' && one.deviceClass === 'PulsePatternDecoder'),
    () => all.filter((one) => one.kind === 'control' && DECODER.test(one.name)),
  ];
  for (const search of searches) {
    const found = search().filter((one) => one !== undefined);
    if (found.length === 1) return found[0]!;
    if (found.length > 1) throw new ExdfError('EXDF_SELECT', run.directory, `Several sources have the bunch pattern: say which of ${found.map(({ name }) => name).join(', ')}`);
  }
  throw new ExdfError('EXDF_NO_SOURCE', run.directory, 'No time server and no decoder of the bunch pattern was recorded in this run');
}

function patternOf(source: RunSource, kind: BunchPattern['kind'], rowIds: readonly number[], read: (trainId: number, target: PulseTarget) => number[] | undefined): BunchPattern {
  return {
    source: source.name,
    kind,
    train: read,
    pulses(target) {
      const [trainIds, counts, pulseIds] = [[...new Set(rowIds)], [] as number[], [] as number[]];
      for (const trainId of trainIds) {
        const own = read(trainId, target) ?? [];
        counts.push(own.length);
        for (const id of own) pulseIds.push(id);
      }
      return { trainIds, counts, pulseIds };
    },
  };
}

function wordsOf(table: RunKey, trainId: number, target: PulseTarget): number[] | undefined {
  const row = table.readTrain(trainId);
  if (!row || Array.isArray(row.data)) return undefined;
  const { buffer, byteOffset, length } = row.data;
  return pulsesTo(new Uint32Array(buffer, byteOffset, length), target);
}

function listOf(source: RunSource, trainId: number, target: PulseTarget): number[] | undefined {
  const laser = target in laserBits;
  if (laser && source.runValues()['laserSource'] !== target) throw new ExdfError('EXDF_SELECT', source.name, `This decoder was set to the laser ${String(source.runValues()['laserSource'] ?? '(unknown)')}, not to ${target}`);
  const node = laser ? 'laser' : target;
  const [ids, count] = [source.keys.get(`${node}.pulseIds`)?.readTrain(trainId), source.keys.get(`${node}.nPulses`)?.readTrain(trainId)];
  if (!ids || !count || Array.isArray(ids.data)) return undefined;
  return Array.from(ids.data.subarray(0, Number(count.data[0])) as ArrayLike<number | bigint>, Number);
}
