/** The content of a train as a function of seed and train ID, through a loop of precomputed frames. */
import { cameraFrame } from './camera.ts';
import { detectorFrame, meanPhotons } from './detector.ts';
import { hash, normal } from './random.ts';
import { setup, SimError, trainTime } from './sim-train.ts';
import type { Float32Data, SimOptions, SimSetup, SimTrain, SimValue, Uint16Data } from './sim-train.ts';
import { CAMERA_ONLINE, DETECTOR_ONLINE, MOTOR, moduleInFiles, SHUTTER, XGM, XGM_OUTPUT } from './sources.ts';

/** Camera frames with light in the loop; four dark ones follow them. */
const LOOP = 16;
const DARK_FRAMES = 4;
const XGM_PULSES = 100;
const MODULE_NAMES = Array.from({ length: 16 }, (_, m) => moduleInFiles(m));
const MODULES_PRESENT = Array.from({ length: 16 }, () => true);

/** One seed and setup: makes each frame of the loop when it is first wanted and keeps it. */
export class Facility {
  readonly seed: number;
  readonly config: SimSetup;
  /** Detector frames in the loop: as many as the camera has, fewer above 4 pulses so that they stay below 0.6 GB (below 1.5 GB for 352 pulses). */
  readonly detectorLoop: number;
  readonly #camera = new Map<number, Uint16Data>();
  readonly #detector = new Map<number, Float32Data>();
  #mean: Float32Array | undefined;

  constructor(seed: number, options: SimOptions = {}) {
    if (!Number.isSafeInteger(seed)) throw new SimError('SIM_BAD_OPTION', `seed is ${seed}: give a whole number`);
    this.seed = seed;
    this.config = setup(options);
    this.detectorLoop = Math.max(1, Math.min(LOOP, Math.floor(64 / this.config.pulses)));
  }

  /** Relative pulse energy of frame `k` of the loop; XGM, spot and rings share it. */
  #brightness(k: number): number {
    return Math.max(0.3, 1 + 0.2 * normal(this.seed, k, 21));
  }

  #cameraFrame(index: number): Uint16Data {
    let frame = this.#camera.get(index);
    if (frame === undefined) {
      frame = cameraFrame(this.seed, index, index < LOOP ? this.#brightness(index) : 0, this.config);
      this.#camera.set(index, frame);
    }
    return frame;
  }

  #detectorFrame(index: number): Float32Data {
    let frame = this.#detector.get(index);
    if (frame === undefined) {
      this.#mean ??= meanPhotons(this.seed, this.config);
      frame = detectorFrame(this.seed, index, this.#brightness(index), this.#mean, this.config);
      this.#detector.set(index, frame);
    }
    return frame;
  }

  /** Makes the whole loop now, so that no later train has to wait for a frame. */
  prepare(): void {
    for (let k = 0; k < LOOP + DARK_FRAMES; k++) this.#cameraFrame(k);
    if (this.config.detector) for (let k = 0; k < this.detectorLoop; k++) this.#detectorFrame(k);
  }

  /** The train of this ID. Its arrays of images are shared with other trains of the same frame: read them, do not write. */
  train(trainId: number): SimTrain {
    if (!Number.isSafeInteger(trainId) || trainId < 1) throw new SimError('SIM_BAD_TRAIN_ID', `train ID ${trainId}: give a whole number from 1`);
    const { seed, config } = this;
    const k = loopIndex(seed, trainId);
    const open = shutterOpen(trainId);
    const frame = { camera: open ? k : LOOP + (trainId % DARK_FRAMES), detector: k % this.detectorLoop };
    const intensity = xgmPulses(seed, trainId, this.#brightness(k));
    const delay = delayMotor(seed, trainId);

    const sources = new Map<string, ReadonlyMap<string, SimValue>>([
      [CAMERA_ONLINE, new Map([['data.image.pixels', this.#cameraFrame(frame.camera)]])],
      [XGM, new Map([['pulseEnergy.photonFlux', Math.fround(intensity.reduce((sum, value) => sum + value, 0) / XGM_PULSES)]])],
      [XGM_OUTPUT, new Map([['data.intensityTD', { dtype: 'float32', shape: [XGM_PULSES], data: intensity } satisfies Float32Data]])],
      [MOTOR, new Map([['actualPosition', delay.position]])],
      [SHUTTER, new Map([['isOpen', open]])],
    ]);
    if (config.detector) {
      const pulseIds = BigUint64Array.from({ length: config.pulses }, (_, p) => BigInt(p));
      const shape = [config.pulses];
      sources.set(
        DETECTOR_ONLINE,
        new Map<string, SimValue>([
          ['image.data', this.#detectorFrame(frame.detector)],
          ['image.pulseId', { dtype: 'uint64', shape, data: pulseIds }],
          ['image.cellId', { dtype: 'uint16', shape, data: Uint16Array.from(pulseIds, Number) }],
          ['image.trainId', { dtype: 'uint64', shape, data: new BigUint64Array(config.pulses).fill(BigInt(trainId)) }],
          ['modulesPresent', MODULES_PRESENT],
          ['sources', MODULE_NAMES],
        ]),
      );
    }
    const changedAt = new Map([
      [`${XGM}.pulseEnergy.photonFlux`, trainTime(trainId)],
      [`${MOTOR}.actualPosition`, trainTime(delay.since)],
      [`${SHUTTER}.isOpen`, trainTime(Math.floor(trainId / 200) * 200 + (open ? 0 : 180))],
    ]);
    return { trainId, timestamp: trainTime(trainId), sources, changedAt, frame };
  }
}

let latest: Facility | undefined;

/**
 * The train `trainId` of the facility with this seed: a pure function of its arguments.
 * The loop of the last seed and options used is kept, so asking for many trains of one facility is fast.
 * @throws SimError `SIM_BAD_TRAIN_ID`, `SIM_BAD_OPTION`
 */
export function makeTrain(seed: number, trainId: number, options: SimOptions = {}): SimTrain {
  const config = setup(options);
  const same = latest !== undefined && latest.seed === seed && JSON.stringify(latest.config) === JSON.stringify(config);
  if (!same) latest = new Facility(seed, options);
  return latest!.train(trainId);
}

/** Each pass shows every frame once, in an order of its own, so that nothing repeats visibly. */
function loopIndex(seed: number, trainId: number): number {
  const pass = Math.floor(trainId / LOOP);
  const shuffle = hash(seed, pass, 31);
  // An odd stride visits all of a power of two.
  return ((trainId % LOOP) * ((shuffle & 0xe) + 1) + (shuffle >>> 8)) % LOOP;
}

/** Closed for the last 20 of each 200 train IDs. */
function shutterOpen(trainId: number): boolean {
  return trainId % 200 < 180;
}

/** Energy of 100 pulses in uJ: 1200 on average, 20 % from train to train (as the images show it), 2 % that they do not show, 5 % from pulse to pulse. */
function xgmPulses(seed: number, trainId: number, brightness: number): Float32Array {
  const mean = 1200 * brightness * (1 + 0.02 * normal(seed, trainId, 41));
  return Float32Array.from({ length: XGM_PULSES }, (_, p) => mean * (1 + 0.05 * normal(seed, trainId, 42, p)));
}

/** A triangle of 40 steps up and 40 down, 10 trains each; the stage settles within 0.2 um of where it was sent. */
function delayMotor(seed: number, trainId: number): { position: number; since: number } {
  const step = Math.floor(trainId / 10);
  const height = 40 - Math.abs((step % 80) - 40);
  return { position: 35 + 0.05 * height + 0.0002 * normal(seed, step, 51), since: step * 10 };
}
