import { Labelled, NdArray, type Labels } from '@trainyard/core';
import { encodeValueBriefly, type PanelData, type PanelLabels, type PanelValue, type Rendition } from '@trainyard/control';
import { plainAxis } from '../sink/result-value.ts';
import { readWire, type Wire } from '../worker/wire.ts';
import { curveOf } from './curve.ts';
import { pictureOf } from './picture.ts';

/** A value as a worker gave it, and whose it is. */
export interface Rendered {
  readonly id: string;
  readonly trainId: number;
  readonly at: number | undefined;
  readonly wire: Wire;
  readonly memory: SharedArrayBuffer | undefined;
}

/**
 * The binary frame of a value, in memory that the next one writes over. A rendition that does not fit (the picture of a number) is the whole
 * value. Undefined for what no panel shows: null of a raw key, or an object of it that is nested too deeply for a frame.
 */
export function renderFrame(of: Rendered, as: Rendition): Uint8Array | undefined {
  const { id, trainId, at } = of;
  try {
    const whole = readPanelValue(of);
    return whole && encodeValueBriefly({ id, trainId, ...(at !== undefined && { at }), ...render(whole.value, whole.labels, as) });
  } catch {
    return undefined;
  }
}

/** All of it; arrays lie in the worker's memory. */
export function readPanelValue({ wire, memory }: Pick<Rendered, 'wire' | 'memory'>): Pick<PanelValue, 'value' | 'labels'> | undefined {
  const value = readWire(wire, memory);
  if (value instanceof Labelled) return { value: value.array, labels: asPanelLabels(value.labels) };
  if (value === null || value === undefined) return undefined;
  return { value: (typeof value === 'bigint' ? Number(value) : value) as PanelData };
}

function render(value: PanelData, labels: PanelLabels | undefined, as: Rendition): Pick<PanelValue, 'value' | 'labels' | 'reduced'> {
  if (as.as === 'curve') return curveOf(value, labels, as);
  if (as.as === 'picture' && value instanceof NdArray && value.shape.length > 0) {
    // Errors of an image are as large as the image, and are not drawn.
    const { errors: _, ...drawn } = labels ?? {};
    return { value: pictureOf(value, as), ...(labels && { labels: drawn }) };
  }
  return { value, ...(labels && { labels }) };
}

function asPanelLabels(labels: Labels): PanelLabels {
  return {
    ...(labels.unit !== undefined && { unit: labels.unit }),
    ...(labels.axes && { axes: labels.axes.map(plainAxis) }),
    ...(labels.errors && { errors: labels.errors }),
    ...(labels.overlay && { overlay: labels.overlay }),
    ...(labels.counts && { counts: labels.counts }),
    ...(labels.geometry && { geometry: labels.geometry }),
  };
}
