import { aliases, recordedNames, type Alias, type AnyTypedArray } from '@trainyard/core';
import type { Run, RunData } from '@trainyard/exdf';
import { BridgeFloat, metadataFor, type BridgeArray, type Sendable, type SendableSource, type SendableTrain } from '@trainyard/karabo-bridge';

/** Which part of a run is sent, and how. */
export interface RunTrainOptions {
  /** Which sources and keys; all by default. */
  readonly wants?: (source: string, key: string) => boolean;
  /** Modules of a detector as one source `.../DET/APPEND`, too, as `karabo-bridge-serve-files --append-detector-modules` does. */
  readonly appendDetectorModules?: boolean;
  /** Names as the live bridge has them: `X:output` for `X:daqOutput`, keys without `.value`. Default true. */
  readonly liveNames?: boolean;
}

/** Trains of a run as bridge messages: every number, boolean and text, with the train's own time. */
export class RunTrains {
  readonly trainIds: readonly number[];
  readonly #run: Run;
  readonly #options: RunTrainOptions;
  readonly #times: ReadonlyMap<number, number>;
  readonly #keys: readonly { readonly source: string; readonly keys: readonly { readonly name: string; readonly read: (trainId: number) => RunData | undefined }[] }[];
  readonly #detectors: readonly { readonly name: string; readonly modules: readonly string[]; readonly alias: Alias }[];

  constructor(run: Run, options: RunTrainOptions = {}) {
    this.#run = run;
    this.#options = options;
    this.trainIds = run.trainIds;
    const stamps = run.timestamps();
    // Where no file tells the time, trains are ten a second from 1970 on: they are in order, and the gaps show.
    this.#times = new Map(run.trainIds.map((trainId, i) => [trainId, stamps[i] === undefined || stamps[i] === 0n ? trainId * 100 : Number(stamps[i] / 1000n) / 1000]));
    const { wants = () => true, liveNames = true } = options;
    this.#keys = [...run.sources.values()].filter((source) => source.legacy === undefined).map((source) => ({
      source: liveNames ? source.name.replace(/:daqOutput$/, ':output') : source.name,
      keys: [...source.keys.values()].flatMap((key) => {
        const name = liveNames ? key.name.replace(/\.value$/, '') : key.name;
        const skipped = (liveNames && key.name.endsWith('.timestamp') && source.kind === 'control') || !isSendable(key.dtype) || !(wants(source.name, key.name) || wants(source.name, name));
        return skipped ? [] : [{ name, read: (trainId: number) => key.readTrain(trainId) }];
      }),
    })).filter(({ keys }) => keys.length > 0);
    this.#detectors = options.appendDetectorModules ? detectorsOf(run) : [];
  }

  /** One train; sources that have nothing in it are left out. */
  read(trainId: number): SendableTrain {
    const train = new Map<string, SendableSource>();
    const time = this.#times.get(trainId) ?? trainId * 100;
    for (const { source, keys } of this.#keys) {
      const values = new Map<string, Sendable>();
      for (const { name, read } of keys) {
        const data = read(trainId);
        if (data) values.set(name, sendable(data));
      }
      if (values.size) train.set(source, { metadata: metadataFor(source, trainId, time), values });
    }
    for (const { name, modules, alias } of this.#detectors) {
      const values = this.#stacked(trainId, modules, alias);
      if (values.size) train.set(name, { metadata: metadataFor(name, trainId, time), values });
    }
    return train;
  }

  /** (pulses, modules, ss, fs) of the modules that are there; an absent one is NaN, or 0. */
  #stacked(trainId: number, modules: readonly string[], alias: Alias): Map<string, Sendable> {
    const values = new Map<string, Sendable>();
    for (const key of [...alias.pixelKeys, ...alias.pulseKeys]) {
      if (!(this.#options.wants?.('*', key) ?? true)) continue;
      const parts = modules.map((module) => this.#run.sources.get(module)?.keys.get(key)?.readTrain(trainId));
      const first = parts.find((part) => part !== undefined && typeof part.data[0] === 'number');
      if (!first) continue;
      if (alias.pulseKeys.includes(key)) {
        values.set(key, sendable(first));
        continue;
      }
      const perModule = first.data.length;
      const pulses = first.shape.length > 2 ? first.shape[0]! : 1;
      const [ss, fs] = first.shape.slice(-2) as [number, number];
      const Type = first.data.constructor as new (length: number) => Float32Array;
      const out = new Type(modules.length * perModule);
      if (first.dtype.startsWith('float')) out.fill(NaN);
      for (const [m, part] of parts.entries()) {
        if (part?.data.length !== perModule) continue;
        for (let pulse = 0; pulse < pulses; pulse++) out.set((part.data as Float32Array).subarray(pulse * ss * fs, (pulse + 1) * ss * fs), (pulse * modules.length + m) * ss * fs);
      }
      values.set(key, arrayOf(first.dtype, [pulses, modules.length, ss, fs], out));
    }
    return values;
  }
}

/** The detectors of the table that the run has modules of. */
function detectorsOf(run: Run): { name: string; modules: string[]; alias: Alias }[] {
  const found = new Map<string, { name: string; modules: string[]; alias: Alias }>();
  for (const alias of aliases) {
    for (const name of run.sources.keys()) {
      const instrument = /^([^/]+?)_DET_/.exec(name)?.[1];
      if (instrument === undefined) continue;
      const whole = { ...alias, parts: { instrument } };
      const modules = Array.from({ length: alias.modules }, (_, m) => recordedNames(whole, m).find((one) => run.sources.has(one)) ?? recordedNames(whole, m)[0]!);
      if (modules.some((one) => run.sources.has(one))) {
        const combined = alias.live.replace('{instrument}', instrument).replace('/CAL/APPEND_CORRECTED', '/DET/APPEND');
        found.set(combined, { name: combined, modules, alias });
      }
    }
  }
  return [...found.values()];
}

/** Records and what has no name are not: the bridge has no form for them. */
function isSendable(dtype: string): boolean {
  return !dtype.startsWith('[') && !dtype.startsWith('V') && dtype !== 'object';
}

function sendable({ dtype, shape, data }: RunData): Sendable {
  if (Array.isArray(data)) return shape.length === 0 ? data[0]! : data;
  if (shape.length > 0) return arrayOf(dtype, shape, data);
  const value = data[0]!;
  if (dtype === 'bool') return Number(value) !== 0;
  if (typeof value === 'bigint') return value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER) ? Number(value) : value;
  return dtype.startsWith('float') ? new BridgeFloat(value as number) : value;
}

function arrayOf(dtype: string, shape: readonly number[], data: AnyTypedArray | RunData['data']): BridgeArray {
  const { buffer, byteOffset, byteLength } = data as Float32Array;
  return { dtype, shape: [...shape], bytes: new Uint8Array(buffer, byteOffset, byteLength) };
}

