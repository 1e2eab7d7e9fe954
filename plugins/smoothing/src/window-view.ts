import { asNdArray, skip, view, type Image, type Input, type InputRef, type NdArray, type ParamValue, type PluginBuild, type ViewHandle } from '@trainyard/core';
import type { BoundaryMode } from '@trainyard/kernels';
import type { SizeFilter } from './window-filters.ts';

/** What lies outside, as the parameters say now. */
export function outsideOf(params: Readonly<Record<string, ParamValue>>): { readonly mode: BoundaryMode; readonly cval: number } {
  return { mode: params.mode as BoundaryMode, cval: Number(params.cval) };
}

/** The views of a filter: one of an image, `each` of several. Only one of them has something to do. */
export function filterViews(name: string, title: string, input: Input | undefined, filter: (image: NdArray) => NdArray): Record<string, ViewHandle> {
  const from = { image: input as InputRef<NdArray | number> };
  const several = (image: NdArray | number): image is NdArray => typeof image !== 'number' && image.dimension > 2;
  return {
    [name]: view.image(from, ({ image }) => (several(image) ? skip(`the input has the shape (${image.shape.join(', ')}): take "each", which has every image of it`) : (filter(asNdArray(image)) as Image)), { title }),
    each: view.matrix(from, ({ image }) => (several(image) ? filter(image) : skip(`the input is one image: take "${name}"`)), { title: `${title}, each image` }),
  };
}

/** The views of a filter with a window, in its two ways to take NaN. */
export function windowView(title: string, spread: SizeFilter, skipNaN: SizeFilter): PluginBuild {
  return ({ inputs, params }) => filterViews('filtered', title, inputs.image, (image) => {
    const y = Number(params.size);
    return (params.nan === 'skip' ? skipNaN : spread)(image, [y, Number(params.sizeX) || y], outsideOf(params));
  });
}
