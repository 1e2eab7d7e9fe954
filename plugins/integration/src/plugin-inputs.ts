import { YardError, optional, plan, planFile, type InputRef, type NdArray, type ParamValue, type PluginContext } from '@trainyard/core';
import { AGIPD_1M, AGIPD_500K2G, DSSC_1M, EPIX_100, EPIX_10K, JUNGFRAU, LPD_1M, LPD_MINI, PNCCD, readGeom, type Geometry, type Layout } from '@trainyard/geometry';
import type { AzimuthalMapOptions } from './azimuthal.ts';
import type { Split } from './table.ts';
import type { RadialUnit } from './units.ts';

/** The detectors of `.geom` files by the names that lists use. */
const detectors: Readonly<Record<string, Layout>> = {
  'AGIPD-1M': AGIPD_1M, 'AGIPD-500K2G': AGIPD_500K2G, 'LPD-1M': LPD_1M, 'LPD-Mini': LPD_MINI, 'DSSC-1M': DSSC_1M, JUNGFRAU, pnCCD: PNCCD, ePix100: EPIX_100, ePix10K: EPIX_10K,
};

/** The first train takes as long as it takes to build the matrix. */
export const SET_UP_MS = 20_000;

type Values = Readonly<Record<string, unknown>>;

/** What the plugins of both dimensions share: their inputs, and what of a train's values and of the parameters an integration takes. */
export function integrationInputs({ inputs, params }: PluginContext): { readonly from: Readonly<Record<string, InputRef>>; readonly take: (values: Values) => NdArray; readonly options: () => AzimuthalMapOptions } {
  const number = (name: string): number => Number(params[name]);
  const numbers = (name: string): readonly number[] => (params[name] ?? []) as readonly number[];
  const keep = { mask: constantImage(), dark: constantImage(), flat: constantImage() };
  let arrays: { mask?: NdArray | undefined; dark?: NdArray | undefined; flat?: NdArray | undefined } = {};
  const geometry = geometryOf(params);
  const given = Object.keys(keep).filter((name) => inputs[name] !== undefined);
  return {
    from: { image: inputs.image as InputRef, ...Object.fromEntries(given.map((name) => [name, optional(inputs[name] as string) as InputRef])) },
    take({ image, ...more }) {
      arrays = Object.fromEntries(Object.entries(keep).map(([name, kept]) => [name, kept(more[name] as NdArray | undefined)]));
      return moduleOf(image as NdArray, number('module'));
    },
    options() {
      const [pixel, dummy, azimuth] = [numbers('pixel'), numbers('dummy'), numbers('azimuth')];
      // What would be left out silently.
      if (dummy.length > 2) throw new YardError('AZIMUTHAL_DUMMY', `dummy is one value and how near to it a value counts as it, not [${dummy.join(', ')}]: mask other values.`);
      if (numbers('polarization').length > 1) throw new YardError('AZIMUTHAL_POLARIZATION', `polarization is one number, not [${numbers('polarization').join(', ')}]; the angle is polarizationAngle.`);
      if (pixel.length > 2) throw new YardError('PONI_NO_PIXEL', `pixel is the size along y and x in metres, not [${pixel.join(', ')}].`);
      if (number('radialMin') !== 0 && number('radialMax') === 0) throw new YardError('AZIMUTHAL_RANGE', `radialMin is ${number('radialMin')} and radialMax is not set: give both.`);
      const range = number('radialMax') > 0;
      if (azimuth.length !== 0 && azimuth.length !== 2) throw new YardError('AZIMUTHAL_RANGE', `azimuth is two numbers of degrees, from and to, not [${azimuth.join(', ')}].`);
      return {
        poni: String(params.poni),
        geometry: geometry?.(),
        bins: number('bins'),
        azimuthBins: params.azimuthBins === undefined ? undefined : number('azimuthBins'),
        unit: params.unit as RadialUnit,
        split: params.split as Split,
        solidAngle: params.solidAngle === true,
        polarization: numbers('polarization')[0],
        polarizationAngle: number('polarizationAngle'),
        radialMin: range ? number('radialMin') : undefined,
        radialMax: range ? number('radialMax') : undefined,
        azimuthMin: azimuth[0],
        azimuthMax: azimuth[1],
        dummy: dummy[0],
        deltaDummy: dummy[1],
        empty: number('empty'),
        errors: params.errors as 'none' | 'poisson' | 'azimuthal',
        clip: number('clip') > 0 ? number('clip') : undefined,
        clipCycles: number('clipCycles'),
        pixel: pixel.length === 0 ? undefined : [pixel[0]!, pixel[1] ?? pixel[0]!],
        ...arrays,
      };
    },
  };
}

/** The geometry of a `.geom` file, read again when it changes; undefined without one. */
function geometryOf(params: Readonly<Record<string, ParamValue>>): (() => Geometry) | undefined {
  const path = String(params.geom ?? '');
  if (path === '') return undefined;
  return plan((text: string, name: string) => readGeom(text, detectors[name]!), planFile(path), () => String(params.detector));
}

function moduleOf(image: NdArray, module: number): NdArray {
  if (module < 0) return image;
  const modules = image.shape.at(-3);
  if (modules === undefined || module >= modules) throw new YardError('AZIMUTHAL_MODULE', `There is no module ${module} in data of shape (${image.shape.join(', ')}); set module to -1 for data without modules.`);
  return image.slice(`..., ${module}, :, :`);
}

/**
 * Keeps an image that every train brings but that seldom changes: gives the same array as long as the values are the same, so that
 * the matrix is built once. A copy is kept, since the train's memory is used again.
 */
function constantImage(): (image: NdArray | undefined) => NdArray | undefined {
  let kept: NdArray | undefined;
  return (image) => {
    if (image === undefined) kept = undefined;
    else if (!kept || !kept.equals(image, { equalNan: true })) kept = image.copy();
    return kept;
  };
}
