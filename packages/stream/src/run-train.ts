import { aliases, recordedNames, type Alias, type AnyTypedArray } from '@trainyard/core';
import type { Run, RunData, RunKey } from '@trainyard/exdf';
import { BridgeFloat, metadataFor, type BridgeArray, type Sendable, type SendableSource, type SendableTrain } from '@trainyard/karabo-bridge';

/** Which part of a run is sent, and how. */
export interface RunTrainOptions {
  /** Which sources and keys, by their names in the run or as they are sent; all by default. */
  readonly wants?: (source: string, key: string) => boolean;
  /** The modules of a detector as one source `.../DET/APPEND` in their place, as `karabo-bridge-serve-files --append-detector-modules` does. */
  readonly appendDetectorModules?: boolean;
  /** Names as the live bridge has them: `X:output` for `X:daqOutput`, keys without `.value`. Default true; else the names in the files. */
  readonly liveNames?: boolean;
}

interface SentKey {
  readonly name: string;
  readonly read: (trainId: number) => RunData | undefined;
}

interface Detector {
  readonly name: string;
  readonly alias: Alias;
  /** Names of the recorded sources, module by module. */
  readonly modules: readonly string[];
}

/** Trains of a run as bridge messages: every number, boolean and text, with the train's own time. */
export class RunTrains {
  readonly trainIds: readonly number[];
  readonly #run: Run;
  readonly #wants: (source: string, key: string) => boolean;
  readonly #liveNames: boolean;
  readonly #times: ReadonlyMap<number, number>;
  readonly #sources: readonly { readonly name: string; readonly keys: readonly SentKey[] }[];
  readonly #detectors: readonly (Detector & { readonly keys: readonly (readonly SentKey[])[] })[];

  constructor(run: Run, { wants = () => true, appendDetectorModules = false, liveNames = true }: RunTrainOptions = {}) {
    this.#run = run;
    this.#wants = wants;
    this.#liveNames = liveNames;
    this.trainIds = run.trainIds;
    const stamps = run.timestamps();
    // Where no file tells the time, trains are ten a second from 1970 on: they are in order, and the gaps show.
    this.#times = new Map(run.trainIds.map((trainId, i) => [trainId, stamps[i] === undefined || stamps[i] === 0n ? trainId * 100 : Number(stamps[i] / 1000n) / 1000]));
    this.#detectors = (appendDetectorModules ? detectorsOf(run) : []).map((detector) => ({ ...detector, keys: detector.modules.map((module) => this.#keysOf(module, detector.name)) }));
    const combined = new Set(this.#detectors.flatMap(({ modules }) => modules));
    this.#sources = [...run.sources.values()].filter(({ name, legacy }) => legacy === undefined && !combined.has(name)).map(({ name }) => ({
      name: liveNames ? name.replace(/:daqOutput$/, ':output') : name, keys: this.#keysOf(name),
    })).filter(({ keys }) => keys.length > 0);
  }

  /** One train; sources that have nothing in it are left out. */
  read(trainId: number): SendableTrain {
    const train = new Map<string, SendableSource>();
    const time = this.#times.get(trainId) ?? trainId * 100;
    const add = (name: string, values: Map<string, Sendable>): void => {
      if (values.size) train.set(name, { metadata: metadataFor(name, trainId, time), values });
    };
    for (const { name, keys } of this.#sources) {
      const values = new Map<string, Sendable>();
      for (const { name: key, read } of keys) {
        const data = read(trainId);
        if (data) values.set(key, sendable(data));
      }
      add(name, values);
    }
    for (const { name, alias, keys } of this.#detectors) add(name, combine(keys, alias, trainId));
    return train;
  }

  /** The keys of a source that can be sent and are wanted; `as`: another name that it goes by. */
  #keysOf(source: string, as = source): SentKey[] {
    const { kind, keys } = this.#run.sources.get(source) ?? { kind: 'instrument', keys: new Map<string, RunKey>() };
    return [...keys.values()].flatMap((key) => {
      const name = this.#liveNames ? key.name.replace(/\.value$/, '') : key.name;
      // Live, the time of a property is not sent.
      const isTime = this.#liveNames && kind === 'control' && key.name.endsWith('.timestamp');
      const isWanted = [source, as].some((one) => this.#wants(one, key.name) || this.#wants(one, name));
      return isTime || !isSendable(key.dtype) || !isWanted ? [] : [{ name, read: (trainId: number) => key.readTrain(trainId) }];
    });
  }
}

/** What the first module with data has; its pixels stacked with those of the others, the modules before the last two axes. An absent module is NaN, or 0. */
function combine(modules: readonly (readonly SentKey[])[], { pixelKeys }: Alias, trainId: number): Map<string, Sendable> {
  const values = new Map<string, Sendable>();
  const read = (keys: readonly SentKey[], name: string): RunData | undefined => keys.find((key) => key.name === name)?.read(trainId);
  const first = modules.find((keys) => keys.some((key) => (key.read(trainId)?.data.length ?? 0) > 0));
  for (const { name, read: readFirst } of first ?? []) {
    const data = readFirst(trainId);
    if (data) values.set(name, pixelKeys.includes(name) && !Array.isArray(data.data) ? stack(data, modules.map((keys) => read(keys, name))) : sendable(data));
  }
  return values;
}

function stack({ dtype, shape, data }: RunData, parts: readonly (RunData | undefined)[]): BridgeArray {
  const [ss, fs] = shape.slice(-2) as [number, number];
  const [pixels, frames] = [ss * fs, shape.slice(0, -2).reduce((product, n) => product * n, 1)];
  const out = new (data.constructor as new (length: number) => Float32Array)(parts.length * data.length);
  if (dtype.startsWith('float')) out.fill(NaN);
  for (const [m, part] of parts.entries()) {
    if (part?.dtype !== dtype || part.data.length !== data.length) continue;
    for (let frame = 0; frame < frames; frame++) out.set((part.data as Float32Array).subarray(frame * pixels, (frame + 1) * pixels), (frame * parts.length + m) * pixels);
  }
  return arrayOf(dtype, [...shape.slice(0, -2), parts.length, ss, fs], out);
}

/** The detectors of the table that the run has modules of. */
function detectorsOf(run: Run): Detector[] {
  const found = new Map<string, Detector>();
  for (const alias of aliases) {
    for (const source of run.sources.keys()) {
      const instrument = /^([^/]+?)_DET_/.exec(source)?.[1];
      if (instrument === undefined) continue;
      const whole = { ...alias, parts: { instrument } };
      const modules = Array.from({ length: alias.modules }, (_, m) => recordedNames(whole, m).find((one) => run.sources.has(one)) ?? recordedNames(whole, m)[0]!);
      const name = alias.live.replace('{instrument}', instrument).replace('/CAL/APPEND_CORRECTED', '/DET/APPEND');
      if (modules.some((one) => run.sources.has(one))) found.set(name, { name, modules, alias });
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

