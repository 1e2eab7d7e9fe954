import { YardError, scratch, type ArrayFile, type FloatArray, type MutableNdArray, type NdArray, type NdLike } from '@trainyard/core';
import { CommonMode, StageCorrection, addInStage, bitsByStage, blankFar, countPhotons, flat, forceStages } from '@trainyard/kernels';
import { Constants, type Block, type DetectorConstants } from './constants.ts';
import type { Dark } from './dark.ts';
import { ALL_BITS, badBits, detectors, stagesOf, type Detector, type DetectorName } from './detectors.ts';
import { RawReader, cellsOf, type RawFrames } from './raw-frames.ts';

export interface CommonModeSettings {
  /** Rows and columns of pixels that share a shift: an ASIC, a row or a column of it. */
  readonly block: readonly [number, number];
  readonly by?: 'mean' | 'median' | undefined;
  /** Offset-corrected values in between are background. */
  readonly range: readonly [number, number];
  /** A block with fewer such pixels stays as it is. */
  readonly least: number;
  readonly passes?: number | undefined;
}

/** What a correction is made of. Arrays and files are taken for constant: another object is read anew. */
export interface DetectorSettings {
  readonly constants?: ArrayFile | DetectorConstants | undefined;
  /** HDF5 group that the constants of a file are in. */
  readonly group?: string | undefined;
  /** Darks that were recorded, by stage: in place of the offset (and thresholds) of the constants. */
  readonly darks?: readonly (Dark | undefined)[] | undefined;
  /** AGIPD without thresholds: the same two for all pixels. */
  readonly thresholds?: readonly [number, number] | undefined;
  /** Factor of every value. Default 1. */
  readonly factor?: number | undefined;
  /** Which reasons make a pixel bad; all by default. */
  readonly badBits?: number | undefined;
  /** What a bad pixel gets; NaN by default. */
  readonly badValue?: number | undefined;
  /** AGIPD: [medium, high]: a pixel in low gain whose value above the offset of medium gain is less is in medium gain; the same from there to high gain. NaN leaves a step out. */
  readonly forceGain?: readonly [number, number] | undefined;
  /** One, or several after each other. */
  readonly commonMode?: CommonModeSettings | readonly CommonModeSettings[] | undefined;
  /** Round to whole photons of so much. */
  readonly photon?: number | undefined;
}

/** Corrected data of one train, in scratch memory. */
export interface Corrected {
  /** float32 in the shape of the raw data (without AGIPD's axis of analog and digital). */
  readonly values: MutableNdArray<number, FloatArray>;
  /** uint8: the gain stage of each pixel, 255 where its code is of none. */
  readonly stage?: NdArray;
  /** uint32: why a pixel is bad, 0 where it is good. */
  readonly badPixels?: NdArray;
}

/** Values beyond are out of range (`badBits.valueOutOfRange`). */
const FAR = 1e7;

/**
 * The correction of one kind of detector: constants are prepared for the shape of the first train, and again when that or the settings change. See `correctDetector`.
 */
export class DetectorCorrection {
  readonly #detector: Detector;
  readonly #reader: RawReader;
  #made: { readonly keys: readonly unknown[]; readonly plan: Plan } | undefined;

  constructor(name: DetectorName) {
    this.#detector = detectors[name];
    this.#reader = new RawReader(this.#detector);
  }

  run(settings: DetectorSettings, raw: NdLike, { cells, gain, details = false }: { readonly cells?: NdLike | number | undefined; readonly gain?: NdLike | undefined; readonly details?: boolean } = {}): Corrected {
    const frames = this.#reader.read(raw, gain);
    const { constants, group, thresholds, factor, badBits: subset, forceGain, commonMode, photon, darks = [] } = settings;
    const keys = [details, constants, group, thresholds?.join(), factor, subset, forceGain?.join(), JSON.stringify(commonMode), photon, frames.pixels.join(), ...darks];
    if (!this.#made || keys.length !== this.#made.keys.length || keys.some((key, i) => !Object.is(key, this.#made!.keys[i]))) {
      // What was made before goes first: two of them may not fit into memory.
      this.#made = undefined;
      this.#made = { keys, plan: new Plan(this.#detector, settings, frames, details) };
    }
    return this.#made.plan.run(frames, cellsOf(cells, frames.frames), settings.badValue ?? Number.NaN);
  }
}

/** Constants of each module, and what is done with them. */
class Plan {
  readonly #detector: Detector;
  readonly #rows: ReadonlyMap<number, number> | undefined;
  readonly #where: string;
  readonly #modules: readonly StageCorrection[];
  /** By module and row of the cells: planes of the stages, subset applied; where the reasons are asked for. */
  readonly #bits: readonly (readonly Uint32Array[])[] | undefined;
  readonly #extra: readonly (readonly Float32Array[])[] | undefined;
  readonly #commonModes: readonly CommonMode[];
  readonly #force: readonly [number, number] | undefined;
  readonly #photon: number | undefined;
  readonly #inSteps: boolean;

  constructor(detector: Detector, { constants: from = {}, group = '', darks = [], thresholds, factor = 1, badBits: subset = ALL_BITS, forceGain, commonMode, photon }: DetectorSettings, { pixels, modules, rows, cols }: RawFrames, details: boolean) {
    const stages = stagesOf(detector);
    const n = rows * cols;
    const constants = new Constants(from, group, pixels, stages);
    for (const dark of darks) if (dark && dark.offset.shape.slice(1).join() !== pixels.join()) throw new YardError('CONSTANTS_SHAPE', `${detector.name}: the recorded dark is of frames of shape (${dark.offset.shape.slice(1).join(', ')}), the data have (${pixels.join(', ')}): record it again.`);
    if (!constants.has('offset') && !darks.some(Boolean)) throw new YardError('CONSTANTS_MISSING', `${detector.name}: there is no offset${from === undefined || Object.keys(from).length === 0 ? ': name a file of constants, or record a dark' : ` in ${constants.where}, and no dark is recorded`}.`);
    this.#commonModes = (commonMode === undefined ? [] : 'block' in commonMode ? [commonMode] : commonMode).map((one) => {
      const [height, width] = one.block;
      if (!(height > 0 && rows % height === 0 && width > 0 && cols % width === 0)) throw new YardError('COMMON_MODE_BLOCK', `${detector.name}: modules of ${rows} x ${cols} pixels are not made of blocks of ${height} x ${width}.`);
      return new CommonMode(rows, cols, { ...one, by: one.by ?? 'mean', passes: one.passes ?? 1 });
    });
    [this.#detector, this.#force, this.#photon] = [detector, forceGain?.every(Number.isNaN) ? undefined : forceGain, photon];
    this.#inSteps = details || this.#commonModes.length > 0 || this.#force !== undefined || constants.has('mediumGainOffset');
    const darkRows = darks.map((dark) => dark && new Map(Array.from(dark.cellId.data as ArrayLike<number>, (cell, i) => [cell, i] as const)));
    // Recorded darks without cells are of all of them.
    this.#rows = constants.rows ?? darkRows.find((rows) => rows && rows.size > 0);
    this.#where = constants.rows ? constants.where : 'the recorded dark';
    const ids = this.#rows ? [...this.#rows.keys()] : [undefined];
    const [bits, extra, made]: [Uint32Array[][], Float32Array[][], StageCorrection[]] = [[], [], []];
    for (let m = 0; m < modules; m++) {
      const correction = new StageCorrection(detector.by, n, ids.length, { most: FAR, steps: this.#inSteps });
      const shared = new Uint32Array(stages * n);
      const ofModule = ids.map(() => (details ? new Uint32Array(stages * n) : shared));
      const scale = scaleOf(constants, m, n, factor);
      for (let g = 0; g < stages; g++) {
        const [offset, bad] = [constants.block('offset', g, m), constants.block('badPixels', g, m)];
        const gains = scale.ofStage(g);
        for (const [i, id] of ids.entries()) {
          const dark = darks[g];
          const at = dark && rowOfDark(darkRows[g]!, id, detector, g) * modules + m;
          const planeOf = (array: NdArray): ArrayLike<number> => flat<Float32Array>(array).subarray(at! * n, (at! + 1) * n);
          const offsets = dark ? planeOf(dark.offset) : plane(offset, i, n) ?? new Float32Array(n).fill(Number.NaN);
          const to = ofModule[i]!.subarray(g * n, (g + 1) * n);
          const [own, recorded] = [plane(bad, i, n), dark && planeOf(dark.badPixels)];
          for (let k = 0; k < n; k++) to[k] = ((own ? Number(own[k]) : 0) | (recorded ? recorded[k]! : 0)) & subset;
          correction.put(i, g, offsets, gains(i), to);
        }
      }
      if (detector.by === 'threshold') this.#putThresholds(correction, constants, darks, darkRows, ids, thresholds, m, modules, n);
      const more = constants.block('mediumGainOffset', 0, m);
      if (more) extra.push(ids.map((_, i) => Float32Array.from(plane(more, i, n)!, (v, k) => v * factor / scale.divisor(i, k))));
      bits.push(ofModule);
      made.push(correction);
    }
    [this.#bits, this.#modules, this.#extra] = [details ? bits : undefined, made, extra.length > 0 ? extra : undefined];
  }

  run({ raw, digital, frames, modules, rows, cols, shape, step, toDigital }: RawFrames, cells: ArrayLike<number> | undefined, badValue: number): Corrected {
    const n = rows * cols;
    const values = scratch(shape, 'float32') as MutableNdArray<number, FloatArray>;
    const [stage, badPixels] = this.#bits ? [scratch(shape, 'uint8'), scratch(shape, 'uint32')] : [];
    const out = flat<Float32Array>(values);
    const [stageOut, badOut] = [stage && flat<Uint8Array>(stage), badPixels && flat<Uint32Array>(badPixels)];
    if (this.#rows && !cells) throw new YardError('CELLS_MISSING', `${this.#detector.name}: ${this.#where} are by memory cell: give the input cells too, such as ...[image.cellId].`);
    for (let f = 0; f < frames; f++) {
      const row = this.#rowOf(cells, f);
      for (let m = 0; m < modules; m++) {
        const image = f * modules + m;
        const [at, to] = [image * step, image * n];
        const correction = this.#modules[m]!;
        if (!this.#inSteps) {
          correction.run(row, raw, at, out, to, digital, at + toDigital);
          continue;
        }
        correction.split(row, raw, at, digital, at + toDigital);
        const { stage: g } = correction;
        if (this.#force) forceStages(raw, at, correction.constants(row), this.#force[0], this.#force[1], g, correction.values);
        for (const commonMode of this.#commonModes) correction.shift(row, commonMode, !this.#detector.badIsBackground);
        correction.scale(row, out, to);
        if (this.#extra) addInStage(out, to, g, 1, this.#extra[m]![row]!);
        if (stageOut) stageOut.set(g, to);
        if (badOut) bitsByStage(this.#bits![m]![row]!, n, badBits.wrongGain, g, badOut, to);
        if (badOut || this.#extra) blankFar(out, to, n, FAR, badBits.valueOutOfRange, badOut, to);
      }
    }
    if (this.#photon !== undefined) countPhotons(out, this.#photon, out);
    if (!Number.isNaN(badValue)) for (let i = 0; i < out.length; i++) if (Number.isNaN(out[i])) out[i] = badValue;
    return { values, ...(stage && { stage }), ...(badPixels && { badPixels }) };
  }

  #rowOf(cells: ArrayLike<number> | undefined, frame: number): number {
    if (!this.#rows) return 0;
    const cell = cells![frame]!;
    const row = this.#rows.get(cell);
    if (row === undefined) throw new YardError('CONSTANTS_CELLS', `${this.#detector.name}: ${this.#where} have no memory cell ${cell} (frame ${frame}); they are of ${this.#rows.size} cells, ${Math.min(...this.#rows.keys())} to ${Math.max(...this.#rows.keys())}.`);
    return row;
  }

  /** Those of the constants, else in the middle between the digital gains of recorded darks, else the same for all pixels. */
  #putThresholds(correction: StageCorrection, constants: Constants, darks: readonly (Dark | undefined)[], darkRows: readonly (ReadonlyMap<number, number> | undefined)[], ids: readonly (number | undefined)[], same: readonly [number, number] | undefined, m: number, modules: number, n: number): void {
    const recorded = darks.length === 3 && darks.every((dark) => dark?.digital !== undefined);
    if (!recorded && !constants.has('thresholds') && !same) throw new YardError('CONSTANTS_MISSING', `AGIPD: there are no thresholds in ${constants.where}: give the parameter thresholds, or record the darks of all three gains.`);
    const blocks = [0, 1].map((k) => constants.block('thresholds', k, m));
    for (const [i, id] of ids.entries()) {
      const [medium, low] = [0, 1].map((k): ArrayLike<number> => {
        if (!recorded) return plane(blocks[k], i, n) ?? new Float64Array(n).fill(same![k]!);
        const [a, b] = [k, k + 1].map((g) => {
          const at = rowOfDark(darkRows[g]!, id, detectors.agipd, g) * modules + m;
          return flat<Float32Array>(darks[g]!.digital!).subarray(at * n, (at + 1) * n);
        });
        return Float64Array.from({ length: n }, (_, p) => (a![p]! + b![p]!) / 2);
      });
      correction.putThresholds(i, medium!, low!);
    }
  }
}

function rowOfDark(rows: ReadonlyMap<number, number>, id: number | undefined, { name }: Detector, stage: number): number {
  if (rows.size === 0) return 0;
  const row = id === undefined ? (rows.size === 1 ? 0 : undefined) : rows.get(id);
  if (row === undefined) throw new YardError('CONSTANTS_CELLS', `${name}: the dark that was recorded for stage ${stage} has no memory cell ${id ?? '(any)'}: record it again with the cells of the data.`);
  return row;
}

function plane(block: Block | undefined, cell: number, n: number): ArrayLike<number> | undefined {
  if (!block) return undefined;
  const at = block.cells === 1 ? 0 : cell;
  return (block.data as Float32Array).subarray(at * n, (at + 1) * n);
}

/** All factors of a module, multiplied in float64. */
function scaleOf(constants: Constants, module: number, n: number, factor: number): { ofStage(stage: number): (cell: number) => ArrayLike<number> | number; divisor(cell: number, pixel: number): number } {
  const [flatField, xrayGain] = [constants.block('flatField', 0, module), constants.block('xrayGain', 0, module)];
  return {
    ofStage(stage) {
      const [relative, amp, gain] = (['relativeGain', 'gainAmpMap', 'gain'] as const).map((name) => constants.block(name, stage, module));
      const [times, over] = [[relative, amp, flatField].filter((block) => block !== undefined), [gain, xrayGain].filter((block) => block !== undefined)];
      if (times.length + over.length === 0) return () => factor;
      const out = new Float64Array(n);
      return (cell) => {
        out.fill(factor);
        for (const block of times) multiply(out, plane(block, cell, n)!);
        for (const block of over) divide(out, plane(block, cell, n)!);
        return out;
      };
    },
    divisor: (cell, pixel) => (plane(xrayGain, cell, n)?.[pixel] ?? 1) / (plane(flatField, cell, n)?.[pixel] ?? 1),
  };
}

function multiply(out: Float64Array, by: ArrayLike<number>): void {
  for (let i = 0; i < out.length; i++) out[i] *= by[i]!;
}

function divide(out: Float64Array, by: ArrayLike<number>): void {
  for (let i = 0; i < out.length; i++) out[i] /= by[i]!;
}
