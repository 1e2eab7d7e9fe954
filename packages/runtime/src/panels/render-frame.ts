import { Labelled, type Labels } from '@trainyard/core';
import { encodeValue, type PanelData, type PanelLabels, type Rendition } from '@trainyard/control';
import { plainAxis } from '../sink/result-value.ts';
import type { Newest } from '../sink/live-sink.ts';
import { readWire } from '../worker/wire.ts';

/** The binary frame of a view's newest value. Undefined for what no panel shows (an object of a raw key, say). */
export function renderFrame(id: string, newest: Newest, _as: Rendition): Uint8Array | undefined {
  const value = readWire(newest.outcome.value, newest.memory);
  const labelled = value instanceof Labelled ? value : undefined;
  const data = labelled ? labelled.array : typeof value === 'bigint' ? Number(value) : value;
  if (data === null || data === undefined) return undefined;
  return encodeValue({ id, trainId: newest.trainId, ...(newest.train.at !== undefined && { at: newest.train.at }), value: data as PanelData, ...(labelled && { labels: asPanelLabels(labelled.labels) }) });
}

function asPanelLabels(labels: Labels): PanelLabels {
  return {
    ...(labels.unit !== undefined && { unit: labels.unit }),
    ...(labels.axes && { axes: labels.axes.map(plainAxis) }),
    ...(labels.errors && { errors: labels.errors }),
    ...(labels.overlay && { overlay: labels.overlay }),
    ...(labels.counts && { counts: labels.counts }),
  };
}
