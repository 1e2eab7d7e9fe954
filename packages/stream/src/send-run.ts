import type { Run } from '@trainyard/exdf';
import { RunTrains, type RunTrainOptions } from './run-train.ts';
import { serve, type Due, type ServeOptions } from './serve.ts';

export interface SendRunOptions extends ServeOptions, RunTrainOptions {
  /** Trains a second, by train ID so that gaps last as long as they did; Infinity: as fast as they are taken. Default 10. */
  readonly rate?: number;
  /** Begins again after the last train; train IDs and times go on. */
  readonly loop?: boolean;
  /** Which trains of the run, counted from 0: from, up to but not to. */
  readonly trains?: { readonly from: number; readonly to: number };
}

/** Sends the trains of a recorded run as a bridge does. Gives back how many went out. */
export async function sendRun(run: Run, options: SendRunOptions = {}): Promise<number> {
  return serve(trainsOf(run, options), options);
}

function* trainsOf(run: Run, options: SendRunOptions): Generator<Due> {
  const { rate = 10, loop = false, trains: range } = options;
  const trains = new RunTrains(run, options);
  const chosen = trains.trainIds.slice(range?.from ?? 0, range === undefined || range.to === Infinity ? undefined : range.to);
  if (chosen.length === 0) return;
  const [first, last] = [chosen[0]!, chosen[chosen.length - 1]!];
  const span = last - first + 1;
  for (let round = 0; round === 0 || loop; round++) {
    for (const trainId of chosen) {
      const shift = round * span;
      const train = trains.read(trainId);
      if (train.size === 0) continue;
      yield { message: shift === 0 ? train : shifted(train, shift), at: rate === Infinity ? 0 : ((trainId + shift - first) * 1000) / rate };
    }
  }
}

/** The same train later: so many train IDs, a tenth of a second each. */
function shifted(train: ReturnType<RunTrains['read']>, by: number): ReturnType<RunTrains['read']> {
  return new Map([...train].map(([name, { metadata, values }]) => {
    const seconds = Number(metadata['timestamp']) + by / 10;
    const trainId = Number(metadata['timestamp.tid']) + by;
    const whole = Math.floor(seconds);
    return [name, { metadata: { ...metadata, timestamp: seconds, 'timestamp.sec': String(whole), 'timestamp.frac': String(Math.round((seconds - whole) * 1e6)).padStart(6, '0').padEnd(18, '0'), 'timestamp.tid': trainId }, values }];
  }));
}
