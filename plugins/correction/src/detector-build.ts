import { YardError, action, keep, ndarray, optional, skip, view, type Action, type Constant, type InputRef, type NdArray, type PluginBuild, type Skip, type ViewHandle } from '@trainyard/core';
import { flat } from '@trainyard/kernels';
import { correctDetector, type DetectorOptions } from './correct-detector.ts';
import { recordedDark, type Dark, type DarkInput } from './dark.ts';
import type { CommonModeSettings, Corrected } from './detector-correction.ts';
import { detectors, stagesOf, type DetectorName } from './detectors.ts';
import { pair, type Params } from './params.ts';

const gains = ['high', 'medium', 'low'];
/** Gigabytes of constants are read on the first train. */
const timeoutMs = 300_000;

/** The views of a detector's plugin: corrected data, and the darks that its actions record. */
export function detectorBuild(name: DetectorName): PluginBuild {
  return ({ inputs, params }) => {
    const stages = stagesOf(detectors[name]);
    const darks = Array.from({ length: stages }, (_, g) => keep<Dark>(stages === 1 ? 'dark' : `dark${g}`));
    const fix = correctDetector(name, () => ({
      constants: text(params, 'constants') || undefined, group: text(params, 'group'), darks: darks.map(({ value }) => value), ...settingsOf(params),
    }));
    const given = (input: string): InputRef<NdArray | undefined> | undefined => (inputs[input] === undefined ? undefined : (optional(inputs[input]) as InputRef<NdArray | undefined>));
    const [cells, gain] = [given('cells'), given('gain')];
    const all = { raw: inputs.raw as InputRef<NdArray>, ...(cells && { cells }), ...(gain && { gain }) };
    const none = skip(`no constants yet: name a file of them, or record a dark with the action "Record dark${stages === 1 ? '' : ', high gain'}"`);
    const together = view.compute(all, (values): Corrected | Skip => {
      if (text(params, 'constants') === '' && darks.every(({ value }) => value === undefined)) return none;
      const { raw, ...more } = values as DarkInput;
      return fix(raw, { ...more, details: params.details === true });
    }, { hidden: true, timeoutMs });
    const of = { from: together } as InputRef<Corrected>;
    const noDetails = skip('set details to true to have it');
    const [noDark, notGiven] = [skip('no such dark is recorded yet'), skip('set giveDark to true to see and save what was recorded')];
    /** Of the recorded darks; only on demand, since they are large. */
    const recorded = (title: string, get: (given: readonly (Dark | undefined)[]) => NdArray | undefined): ViewHandle<NdArray> => view.matrix({ raw: inputs.raw as InputRef<NdArray> }, () => {
      if (darks.every(({ value }) => value === undefined)) return noDark;
      return params.giveDark === true ? get(darks.map(({ value }) => value)) ?? noDark : notGiven;
    }, { title, timeoutMs });
    const whole = view.compute(all, (values) => values, { hidden: true });
    const recording = Object.fromEntries(darks.flatMap((into, stage): [string, Action | Constant][] => {
      const title = stages === 1 ? 'Record dark' : `Record dark, ${gains[stage]} gain`;
      const record: Action = {
        // Limits are read when the dark is done.
        ...action(title, { of: whole, reduce: recordedDark(name, { stage, get validOffset() { return pair('validOffset', params.validOffset); }, get validNoise() { return pair('validNoise', params.validNoise); } }), trains: 1, into }),
        get trains() { return Number(params.darkTrains); },
      };
      const end = stages === 1 ? '' : String(stage);
      return [[`recordDark${end}`, record], [`dark${end}`, into]];
    }));
    return {
      corrected: view.matrix({ of }, ({ of }) => of.values, { title: `${detectors[name].name}, corrected` }),
      ...(stages > 1 && { stage: view.matrix({ of }, ({ of }) => of.stage ?? noDetails, { title: 'Gain stage' }) }),
      mask: view.matrix({ of }, ({ of }) => of.badPixels ?? noDetails, { title: 'Why pixels are bad' }),
      offset: recorded('Recorded dark', (given) => joined(given, 'offset', Number.NaN)),
      noise: recorded('Noise of the dark', (given) => joined(given, 'noise', Number.NaN)),
      badPixels: recorded('Bad pixels of the dark', (given) => joined(given, 'badPixels', 0)),
      cellId: recorded('Memory cells of the dark', (given) => cellsOfDarks(given)),
      ...(name === 'agipd' && { thresholds: recorded('Thresholds between the darks', thresholdsOf) }),
      ...recording, together, whole,
    };
  };
}

function text(params: Params, name: string): string {
  return String(params[name] ?? '');
}

/** The parameters that all detectors have, and those of some: what a detector has no parameter for is left out. */
function settingsOf(params: Params): Omit<DetectorOptions, 'constants' | 'darks' | 'group'> {
  const perPhoton = Number(params.perPhoton ?? 0);
  const blocks = (params.commonMode ?? []) as readonly number[];
  if (blocks.length % 2) throw new YardError('CORRECTION_RANGE', `commonMode is rows and columns of one or several kinds of blocks, not ${blocks.length} numbers.`);
  const commonMode = Array.from({ length: blocks.length / 2 }, (_, k): CommonModeSettings => {
    const block = [blocks[2 * k]!, blocks[2 * k + 1]!] as const;
    return {
      block, by: params.commonModeBy as 'mean' | 'median', range: pair('commonModeRange', params.commonModeRange) ?? [-Infinity, Infinity],
      least: Math.max(1, Number(params.commonModeLeast) * block[0] * block[1]), passes: Number(params.commonModePasses),
    };
  });
  return {
    thresholds: pair('thresholds', params.thresholds), forceGain: pair('forceGain', params.forceGain), commonMode,
    factor: Number(params.factor) / (perPhoton > 0 ? perPhoton : 1), photon: params.wholePhotons === true ? 1 : undefined,
    badBits: Number(params.badBits), badValue: ((params.badValue ?? []) as readonly number[])[0],
  };
}

/** (stage, cell, ...pixels), `absent` where a stage was not recorded; of one stage without that axis. */
function joined(darks: readonly (Dark | undefined)[], what: 'offset' | 'noise' | 'badPixels', absent: number): NdArray | undefined {
  const first = darks.find(Boolean);
  if (!first || darks.length === 1) return first?.[what];
  const one = flat<Float32Array>(first[what]);
  const data = new (one.constructor as Float32ArrayConstructor)(darks.length * one.length).fill(absent);
  for (const [g, dark] of darks.entries()) {
    if (!dark) continue;
    if (dark[what].shape.join() !== first[what].shape.join()) throw new YardError('DARK_SHAPE', `The recorded darks are of shapes (${first[what].shape.join(', ')}) and (${dark[what].shape.join(', ')}): record them again with the same frames and cells.`);
    data.set(flat<Float32Array>(dark[what]), g * one.length);
  }
  return ndarray(data, [darks.length, ...first[what].shape]) as NdArray;
}

/** None where the data have no cells. */
function cellsOfDarks(darks: readonly (Dark | undefined)[]): NdArray | undefined {
  const cellId = darks.find(Boolean)?.cellId;
  return cellId && cellId.shape[0]! > 0 ? cellId : undefined;
}

/** In the middle between the digital gains of the darks. */
function thresholdsOf(darks: readonly (Dark | undefined)[]): NdArray | undefined {
  const digital = darks.map((dark) => dark?.digital && flat<Float32Array>(dark.digital));
  const [a, b, c] = digital;
  if (!a || !b || !c) return undefined;
  return ndarray(Float32Array.from({ length: 2 * a.length }, (_, i) => (i < a.length ? (a[i]! + b[i]!) / 2 : (b[i - a.length]! + c[i - a.length]!) / 2)), [2, ...darks[0]!.digital!.shape]) as NdArray;
}
