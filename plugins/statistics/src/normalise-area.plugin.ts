import { optional, view, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import { areaUnder, normaliseArea } from './area.ts';

interface Given { readonly curve: NdArray; readonly x?: NdArray<1> | undefined }

export const build: PluginBuild = ({ inputs, params }) => {
  const from = { curve: inputs.curve as InputRef<NdArray>, ...(inputs.x !== undefined && { x: optional(inputs.x) as InputRef<NdArray<1> | undefined> }) };
  const options = ({ x }: Given) => {
    const range = [Number(params.low), Number(params.high)] as const;
    return { x, range: range[0] === range[1] ? undefined : range };
  };
  return {
    normalised: view.matrix(from, (given) => normaliseArea(given.curve, options(given as Given)), { title: 'Normalised by the area' }),
    area: view.matrix(from, (given) => areaUnder(given.curve, options(given as Given)), { title: 'Area' }),
  };
};
