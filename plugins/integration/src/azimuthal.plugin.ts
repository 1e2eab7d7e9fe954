import { YardError, labelled, optional, view, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import { azimuthal } from './azimuthal.ts';
import type { AzimuthalProfile } from './profile.ts';
import type { Split } from './table.ts';
import type { RadialUnit } from './units.ts';

type Curve = AzimuthalProfile<NdArray<1>>;
type Image2 = NdArray<2> | undefined;

export const build: PluginBuild = ({ inputs, params }) => {
  const number = (name: string): number => Number(params[name]);
  const numbers = (name: string): readonly number[] => (params[name] ?? []) as readonly number[];
  const [mask, response] = [constantImage(), constantImage()];
  let arrays: { readonly mask: Image2; readonly dark: Image2; readonly flat: Image2 } = { mask: undefined, dark: undefined, flat: undefined };
  const integrate = azimuthal(() => {
    const range = number('radialMax') > 0;
    const pixel = numbers('pixel');
    return {
      poni: String(params.poni),
      bins: number('bins'),
      unit: params.unit as RadialUnit,
      split: params.split as Split,
      solidAngle: params.solidAngle === true,
      polarization: numbers('polarization')[0],
      radialMin: range ? number('radialMin') : undefined,
      radialMax: range ? number('radialMax') : undefined,
      dummy: numbers('dummy')[0],
      deltaDummy: numbers('dummy')[1],
      empty: number('empty'),
      errors: params.errors as 'none' | 'poisson',
      pixel: pixel.length === 0 ? undefined : [pixel[0], pixel[1] ?? pixel[0]],
      ...arrays,
    };
  });

  const given = (name: string): InputRef<Image2> | undefined => (inputs[name] === undefined ? undefined : (optional(inputs[name]) as InputRef<Image2>));
  const [maskInput, darkInput, flatInput] = [given('mask'), given('dark'), given('flat')];
  // One integration a train, whose curve and counts are two results.
  const profile = view.compute(
    { image: inputs.image as InputRef<NdArray>, ...(maskInput && { mask: maskInput }), ...(darkInput && { dark: darkInput }), ...(flatInput && { flat: flatInput }) },
    (values): Curve => {
      const { image, mask: maskNow, dark, flat } = values as { image: NdArray; mask?: NdArray<2>; dark?: NdArray<2>; flat?: NdArray<2> };
      arrays = { mask: mask(maskNow), dark, flat: response(flat) };
      return integrate(moduleOf(image, number('module'))).together();
    },
    { hidden: true },
  );
  const of: InputRef<Curve> = { from: profile };
  return {
    intensity: view.vector({ profile: of }, ({ profile }) => profile, { title: 'Azimuthal integration' }),
    count: view.vector({ profile: of }, ({ profile }) => labelled(profile.count, { axes: profile.labels.axes!, unit: 'pixels' }), { title: 'Pixels per bin' }),
    profile,
  };
};

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
function constantImage(): (image: Image2) => Image2 {
  let kept: NdArray<2> | undefined;
  return (image) => {
    if (image === undefined) kept = undefined;
    else if (!kept || !kept.equals(image, { equalNan: true })) kept = image.copy();
    return kept;
  };
}
