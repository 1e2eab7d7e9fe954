import { labelled, ndarray, skip, view, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import { azimuthal } from './azimuthal.ts';
import { SET_UP_MS, integrationInputs } from './plugin-inputs.ts';
import type { AzimuthalProfile } from './profile.ts';

interface Curves {
  readonly pulses: AzimuthalProfile;
  readonly train: AzimuthalProfile<NdArray<1>>;
}

export const build: PluginBuild = (context) => {
  const { from, take, options } = integrationInputs(context);
  const integrate = azimuthal(options);
  // One integration a train, of which all results are made.
  const profile = view.compute(from, (values): Curves => {
    const pulses = integrate(take(values));
    return { pulses, train: pulses.together() };
  }, { hidden: true, timeoutMs: SET_UP_MS });
  const noPulses = skip('set perPulse to true to have it');
  const of: { readonly profile: InputRef<Curves> } = { profile: { from: profile } };
  return {
    intensity: view.vector(of, ({ profile }) => profile.train, { title: 'Azimuthal integration' }),
    count: view.vector(of, ({ profile: { train } }) => labelled(train.count, { axes: train.labels.axes!, unit: 'pixels' }), { title: 'Pixels per bin' }),
    pulses: view.matrix(of, ({ profile }) => (context.params.perPulse === true ? profile.pulses : noPulses), { title: 'Azimuthal integration of each frame' }),
    radial: view.vector(of, ({ profile: { train: { about, radial } } }) => labelled(ndarray(radial, [radial.length]) as NdArray<1>, { axes: [about.axis], unit: about.axis.unit! }), { title: 'Centres of the bins' }),
    profile,
  };
};
