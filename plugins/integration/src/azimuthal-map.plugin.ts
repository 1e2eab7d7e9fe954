import { labelled, view, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import { azimuthalMap } from './azimuthal.ts';
import { SET_UP_MS, integrationInputs } from './plugin-inputs.ts';
import type { AzimuthalProfile } from './profile.ts';

type Map2 = AzimuthalProfile<NdArray<2>, NdArray<2>>;

export const build: PluginBuild = (context) => {
  const { from, take, options } = integrationInputs(context);
  const integrate = azimuthalMap(options);
  const profile = view.compute(from, (values): Map2 => integrate(take(values)).together(), { hidden: true, timeoutMs: SET_UP_MS });
  const of: { readonly profile: InputRef<Map2> } = { profile: { from: profile } };
  return {
    intensity: view.image(of, ({ profile }) => profile, { title: 'Azimuth against radius' }),
    count: view.image(of, ({ profile }) => labelled(profile.count, { axes: profile.labels.axes!, unit: 'pixels' }), { title: 'Pixels per bin' }),
    profile,
  };
};
