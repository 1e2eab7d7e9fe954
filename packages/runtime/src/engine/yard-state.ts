import { basename } from 'node:path';
import type { YardState } from '@trainyard/control';
import type { CodeLoader } from '../reload/code-loader.ts';
import type { Collecting } from './collecting.ts';
import type { Controls } from './controls.ts';
import type { Delivery } from './delivery.ts';
import type { Dispatcher } from '../pool/dispatcher.ts';
import type { EngineOptions } from './engine-options.ts';
import type { Standby } from './standby.ts';
import type { Vitals } from './vitals.ts';

/** Who knows what of a running yard. */
export interface Knowing {
  readonly options: EngineOptions;
  readonly startedAt: number;
  readonly workers: number;
  readonly deaths: Readonly<Record<string, number>>;
  readonly controls: Controls;
  readonly collecting: Collecting;
  readonly delivery: Delivery;
  readonly dispatcher: Dispatcher;
  readonly loader: CodeLoader;
  readonly standby: Standby;
  readonly vitals: Vitals;
}

/** What a running yard says of itself now. */
export function yardState({ options, startedAt, workers, deaths, controls, collecting, delivery, dispatcher, loader, standby, vitals }: Knowing): YardState {
  const { source, verb, version, file, crashed } = options;
  const { lastTrainId, busy } = dispatcher;
  const { seen, trains, rate, accounts } = delivery;
  return {
    name: file === undefined ? source.status.what : basename(file),
    verb, version, pid: process.pid, startedAt,
    source: standby.status(source.status),
    trains: { seen, done: trains, dropped: source.dropped, rate, ...(lastTrainId !== undefined && { lastTrainId }) },
    generation: { number: loader.number, loadedAt: loader.loadedAt, failures: loader.failures, warnings: loader.warnings, ...(loader.error && { error: loader.error }) },
    views: accounts.states(),
    ...controls.states(),
    actions: collecting.states(),
    workers: { pool: workers, busy, deaths },
    process: vitals.state(),
    ...(crashed && { crashed: { at: crashed.at, by: crashed.by } }),
  };
}
