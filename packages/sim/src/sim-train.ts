/** What one simulated train carries: names and numbers only, whether they then go to a socket or to a file. */

interface ArrayOf<Dtype, Data> {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: Data;
}

export type Uint16Data = ArrayOf<'uint16', Uint16Array>;
export type Uint64Data = ArrayOf<'uint64', BigUint64Array>;
export type Float32Data = ArrayOf<'float32', Float32Array>;

/** An array of a simulated train: C order, `data.length` = product of `shape`. */
export type SimArray = Uint16Data | Uint64Data | Float32Data;

/** A value under one key: plain values for slow properties, arrays for fast data. */
export type SimValue = boolean | number | string | readonly boolean[] | readonly string[] | SimArray;

/** Whether a value is an array and not a plain value. */
export function isSimArray(value: SimValue | undefined): value is SimArray {
  return typeof value === 'object' && 'data' in value;
}

/** One 10 Hz cycle of the simulated facility. */
export interface SimTrain {
  readonly trainId: number;
  /** Nanoseconds since 1970 (UTC); a function of the train ID alone, see {@link trainTime}. */
  readonly timestamp: bigint;
  /** source -> key -> value, under the names and in the axis order of the online stream. */
  readonly sources: ReadonlyMap<string, ReadonlyMap<string, SimValue>>;
  /** `source.key` of slow properties -> when the value last changed, ns since 1970. */
  readonly changedAt: ReadonlyMap<string, bigint>;
  /** Which frames of the precomputed loop this train shows: equal numbers mean equal (even the same) arrays. */
  readonly frame: { readonly camera: number; readonly detector: number };
}

/** What changes the content of a train beside seed and train ID. */
export interface SimOptions {
  /** Detector frames a train. Default 2 (1 when `small`). */
  readonly pulses?: number;
  /** Whether there is a detector at all. Default true. */
  readonly detector?: boolean;
  /** The same facility with pixels eight times larger: camera 128 x 192, modules 64 x 16. For tests and slow links. */
  readonly small?: boolean;
}

/** {@link SimOptions} with every default filled in. */
export interface SimSetup {
  readonly pulses: number;
  readonly detector: boolean;
  readonly small: boolean;
  /** 8 when small, else 1: how many real pixels, each way, one simulated pixel covers. */
  readonly binning: number;
}

/** The simulator was asked for something it cannot do. `code` is short and stable, the message says what to change. */
export class SimError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = 'SimError';
    this.code = code;
  }
}

/** Fills in the defaults and refuses what makes no sense: `SIM_BAD_OPTION`. */
export function setup(options: SimOptions = {}): SimSetup {
  const small = options.small ?? false;
  const pulses = options.pulses ?? (small ? 1 : 2);
  if (!Number.isInteger(pulses) || pulses < 1 || pulses > 352) {
    throw new SimError('SIM_BAD_OPTION', `pulses is ${pulses}: give a whole number from 1 to 352 (the detector has 352 memory cells)`);
  }
  return { pulses, detector: options.detector ?? true, small, binning: small ? 8 : 1 };
}

/** Train 0 was sent at 2025-01-01T00:00:00Z and trains follow every 0.1 s: nanoseconds since 1970. */
export function trainTime(trainId: number): bigint {
  return 1_735_689_600_000_000_000n + BigInt(trainId) * 100_000_000n;
}
