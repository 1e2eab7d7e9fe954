import { view, type Image, type InputRef, type ParamValue, type PluginBuild } from '@trainyard/core';
import type { BoundaryMode } from '@trainyard/kernels';
import type { SizeFilter } from './window-filters.ts';

/** What lies outside, as the parameters say now. */
export function outsideOf(params: Readonly<Record<string, ParamValue>>): { readonly mode: BoundaryMode; readonly cval: number } {
  return { mode: params.mode as BoundaryMode, cval: Number(params.cval) };
}

/** The view of a filter with a window, in its two ways to take NaN. */
export function windowView(title: string, spread: SizeFilter, skip: SizeFilter): PluginBuild {
  return ({ inputs, params }) => ({
    filtered: view.image({ image: inputs.image as InputRef<Image> }, ({ image }) => {
      const y = Number(params.size);
      return (params.nan === 'skip' ? skip : spread)(image, [y, Number(params.sizeX) || y], outsideOf(params));
    }, { title }),
  });
}
