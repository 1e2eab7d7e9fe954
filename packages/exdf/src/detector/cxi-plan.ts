import { relative } from 'node:path';
import { FileKey } from '../file-key.ts';
import type { Detector } from './detector.ts';

/** Part of an array, along each axis. */
export interface CxiBox {
  readonly start: readonly number[];
  readonly count: readonly number[];
}

/** Values of a run's file and where they belong: as many, in the same order. */
export interface CxiPart {
  /** Relative to the folder of the CXI file. */
  readonly file: string;
  readonly path: string;
  readonly from: CxiBox;
  readonly to: CxiBox;
}

/** One dataset of all modules side by side. */
export interface CxiDataset {
  readonly name: 'data' | 'gain' | 'mask' | 'cellId';
  /** numpy's name. */
  readonly dtype: string;
  /** `[frame, module, ...]`. */
  readonly shape: readonly number[];
  readonly parts: readonly CxiPart[];
}

/** A detector of a run as a CXI file has it: frames one after the other, and where the values of each lie. */
export interface CxiPlan {
  /** Of each frame. */
  readonly trainIds: readonly number[];
  /** Of each frame; its memory cell for detectors that know no pulses (JUNGFRAU). */
  readonly pulseIds: readonly number[];
  /** Their numbers, with and without data. */
  readonly modules: readonly number[];
  readonly datasets: readonly CxiDataset[];
}

/** Plans a CXI file (version 1.5) that lies in `folder` and refers to the files of the run. Errors: EXDF_DETECTOR where modules do not agree about pulses. */
export function cxiPlan(det: Detector, folder: string): CxiPlan {
  const { kind, firstModule, moduleCount } = det;
  const group = kind.pixels.split('.', 1)[0]!;
  const named = { data: kind.pixels, gain: `${group}.gain`, mask: kind.mask, cellId: kind.cellId } as const;
  const datasets = Object.entries(named).flatMap(([name, key]) => {
    const own = datasetOf(det, name as CxiDataset['name'], key, folder);
    return own ? [own] : [];
  });
  return {
    trainIds: det.trainIds.flatMap((id, i) => Array.from({ length: det.frameCounts[i]! }, () => id)),
    pulseIds: det.pulseIds().flat(),
    modules: Array.from({ length: moduleCount }, (_, i) => firstModule + i),
    datasets,
  };
}

function datasetOf(det: Detector, name: CxiDataset['name'], key: string, folder: string): CxiDataset | undefined {
  const keys = det.modules.flatMap((module) => {
    const own = det.keyOf(module, key);
    return own instanceof FileKey && own.entryBytes !== undefined ? [{ module, own }] : [];
  });
  if (!keys[0]) return undefined;
  const { dtype, entryShape } = keys[0].own;
  // Memory cells become frames; an axis of one before the pixels says nothing.
  const inner = det.cells > 1 || entryShape[0] === 1 ? entryShape.slice(1) : entryShape;
  const frames = det.frameCounts.reduce((sum, count) => sum + count, 0);
  const parts = keys.flatMap(({ module, own }) => partsOf(det, own, module - det.firstModule, inner, folder));
  return { name, dtype, shape: [frames, det.moduleCount, ...inner], parts };
}

/** Where the rows of one module go; rows that follow each other in one file go together. */
function partsOf(det: Detector, key: FileKey, place: number, inner: readonly number[], folder: string): CxiPart[] {
  const parts: { file: string; path: string; first: number; rows: number; entry: readonly number[]; frame: number }[] = [];
  let frame = 0;
  det.trainIds.forEach((trainId, i) => {
    const found = key.rowsOf(trainId);
    if (found) {
      const { file, dataset, first, count } = found;
      const last = parts.at(-1);
      if (last?.file === file.path && last.first + last.rows === first && last.frame + last.rows * det.cells === frame) last.rows += count;
      else parts.push({ file: file.path, path: dataset.path, first, rows: count, entry: dataset.shape.slice(1), frame });
    }
    frame += det.frameCounts[i]!;
  });
  return parts.map(({ file, path, first, rows, entry, frame: at }) => ({
    file: relative(folder, file), path,
    from: { start: [first, ...entry.map(() => 0)], count: [rows, ...entry] },
    to: { start: [at, place, ...inner.map(() => 0)], count: [rows * det.cells, 1, ...inner] },
  }));
}
