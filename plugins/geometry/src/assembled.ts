import { YardError, labelled, plan, planFile, type Image, type Labelled, type Labels, type NdArray } from '@trainyard/core';
import { AGIPD_1M, AGIPD_500K2G, DSSC_1M, EPIX_100, EPIX_10K, JUNGFRAU, LPD_1M, LPD_MINI, PNCCD, agipd1m, agipd500k2g, dssc1m, epixAt, jungfrau, lpd1m, lpdMini, pnccdWithGap, readGeom, type Geometry, type Layout, type Quadrants } from '@trainyard/geometry';

/** The detectors by the names that lists use. */
export const detectors: Readonly<Record<string, Layout>> = {
  'AGIPD-1M': AGIPD_1M, 'AGIPD-500K2G': AGIPD_500K2G, 'LPD-1M': LPD_1M, 'LPD-Mini': LPD_MINI, 'DSSC-1M': DSSC_1M, JUNGFRAU, pnCCD: PNCCD, ePix100: EPIX_100, ePix10K: EPIX_10K,
};

/** Where a detector stands. */
export interface AssembledOptions {
  /** Made by the views file itself (`agipd1m({ ... })`, `dssc1mFromFile(...)`, moved and turned as need be): nothing else but `pulse` is looked at then. */
  readonly geometry?: Geometry;
  /** `AGIPD-1M` and so on. */
  readonly detector?: string;
  /** A CrystFEL `.geom` file; relative paths start at the folder of the list or views file. */
  readonly geom?: string | undefined;
  /** Without a file: x and y of the quadrants (AGIPD-1M in pixels, LPD-1M and DSSC-1M in mm), or of each module (JUNGFRAU in pixels, LPD-Mini in mm), one after the other. */
  readonly positions?: readonly number[] | undefined;
  /** From the sample to the detector in metres, and the photon energy in keV: with both, viewers say q and 2 theta under the cursor. */
  readonly distance?: number | undefined;
  readonly energy?: number | undefined;
  /** Which pulse of a train's frames; -1: their mean, NaN left out. Default 0. */
  readonly pulse?: number | undefined;
}

/**
 * Puts the modules of a train together: call the result with data of shape (modules, ss, fs) or (pulses, modules, ss, fs). The image has the dtype of the data
 * (a mean float32), NaN or 0 between the tiles, axes y and x in pixels from the beam, y upwards. It is the same array on every train. Throws `ASSEMBLE_DETECTOR`,
 * `ASSEMBLE_PULSE`, and what `@trainyard/geometry` throws.
 */
export function assembled(options: () => AssembledOptions): (data: NdArray) => Labelled<Image> {
  const file = options().geom;
  const prepared = plan(
    (text: string | undefined, geometry: Geometry | undefined, detector: string, positions: string, distance: number | undefined, energy: number | undefined) =>
      prepare(geometry ?? stands(detector, text, positions === '' ? [] : positions.split(',').map(Number)), distance, energy),
    file === undefined || file === '' ? undefined : planFile(file), () => options().geometry, () => options().detector ?? '', () => (options().positions ?? []).join(), () => options().distance, () => options().energy,
  );
  return (data) => {
    const { snapped, images, labels } = prepared();
    const frame = frameOf(data, snapped.geometry, options().pulse ?? 0);
    // What lies between the tiles never changes: one image for each dtype serves every train.
    let image = images.get(frame.dtype);
    if (!image) images.set(frame.dtype, (image = snapped.emptyImage(frame.dtype)));
    return labelled(snapped.assemble(frame, { out: image }) as Image, labels);
  };
}

function stands(detector: string, geom: string | undefined, positions: readonly number[]): Geometry {
  const layout = Object.hasOwn(detectors, detector) ? detectors[detector] : undefined;
  if (!layout) throw new YardError('ASSEMBLE_DETECTOR', `"${detector}" is none of the detectors ${Object.keys(detectors).join(', ')}.`);
  return geom === undefined ? placed(detector, layout, positions) : readGeom(geom, layout);
}

/** Planck's constant times the speed of light, in keV m. */
const KEV_METRES = 1.239841984e-9;

interface Prepared {
  readonly snapped: ReturnType<Geometry['snap']>;
  readonly images: Map<string, NdArray>;
  readonly labels: Labels;
}

function prepare(geometry: Geometry, distance: number | undefined, energy: number | undefined): Prepared {
  const snapped = geometry.snap();
  const axis = (name: string, length: number, centre: number) => ({ name, unit: 'pixel', values: Float64Array.from({ length }, (_, i) => i - centre) });
  const places = { ...snapped.places(), ...(distance !== undefined && distance > 0 && { distance }), ...(energy !== undefined && energy > 0 && { wavelength: KEV_METRES / energy }) };
  return { snapped, images: new Map(), labels: { axes: [axis('y', snapped.size[0], snapped.centre[0]), axis('x', snapped.size[1], snapped.centre[1])], geometry: places } };
}

function placed(detector: string, layout: Layout, positions: readonly number[]): Geometry {
  const pairs = Array.from({ length: Math.floor(positions.length / 2) }, (_, i) => [positions[2 * i]!, positions[2 * i + 1]!] as const);
  const needs = (what: string): Quadrants => {
    if (pairs.length === 0 || positions.length % 2) throw new YardError('ASSEMBLE_DETECTOR', `${detector} needs a .geom file, or the x and y of ${what}, one after the other.`);
    return pairs;
  };
  switch (layout) {
    case AGIPD_1M: return agipd1m({ quadrants: needs('its four quadrants, in pixels') });
    case LPD_1M: return lpd1m({ quadrants: needs('its four quadrants, in mm') });
    case DSSC_1M: return dssc1m({ quadrants: needs('its four quadrants, in mm') });
    case JUNGFRAU: return jungfrau({ positions: needs('each module, in pixels') });
    case LPD_MINI: return lpdMini({ positions: needs('each module, in mm') });
    case AGIPD_500K2G: return agipd500k2g();
    case PNCCD: return pnccdWithGap();
    case EPIX_10K: return epixAt(EPIX_10K);
    default: return epixAt(EPIX_100);
  }
}

/** One frame of the train: the chosen pulse, or the mean over all. */
function frameOf(data: NdArray, { shape, layout }: Geometry, pulse: number): NdArray {
  const frames = layout.modules === 1 || data.dimension === shape.length || data.dimension < 3 ? undefined : data.shape[0]!;
  if (frames === undefined || data.dimension !== 4) return data;
  if (pulse < 0) return data.nanmean({ axis: 0 }).astype('float32');
  if (pulse >= frames) throw new YardError('ASSEMBLE_PULSE', `There is no pulse ${pulse} in a train of ${frames}; they are counted from 0.`);
  return data.slice(`${pulse}`) as NdArray;
}
