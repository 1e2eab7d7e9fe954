import { optional, skip, view, type Image, type InputRef, type PluginBuild } from '@trainyard/core';
import { ringCentre, type RingCentre } from './ring-centre.ts';

/** The search takes about a second. */
const TIMEOUT_MS = 20_000;

export const build: PluginBuild = ({ inputs, params }) => {
  const mask = inputs.mask === undefined ? undefined : (optional(inputs.mask as string) as InputRef<Image | undefined>);
  const found = view.compute({ image: inputs.image as InputRef<Image>, ...(mask && { mask }) }, (values): RingCentre | ReturnType<typeof skip> => {
    const { image, mask: masked } = values as { image: Image; mask?: Image };
    const near = params.near as readonly number[];
    const centre = ringCentre(image, { ...(masked && { mask: masked }), ...(near.length === 2 && { near: near as readonly [number, number] }) });
    const least = Number(params.least);
    return centre.sharpness >= least ? centre : skip(`no rings: the sharpness is ${centre.sharpness.toFixed(3)}, below ${least}`);
  }, { hidden: true, timeoutMs: TIMEOUT_MS, every: Number(params.every) });
  const of: { readonly centre: InputRef<RingCentre> } = { centre: { from: found } };
  return {
    x: view.scalar(of, ({ centre }) => centre.x, { title: 'Column of the centre', unit: 'px' }),
    y: view.scalar(of, ({ centre }) => centre.y, { title: 'Row of the centre', unit: 'px' }),
    sharpness: view.scalar(of, ({ centre }) => centre.sharpness, { title: 'Sharpness of the rings' }),
    found,
  };
};
