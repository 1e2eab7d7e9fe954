import { action, keep, optional, skip, view, type Action, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import { mean } from '@trainyard/core/reducers';
import { correction } from './correct.ts';
import { pair } from './params.ts';

export const build: PluginBuild = ({ inputs, params }) => {
  const dark = keep<NdArray>('dark');
  const none = skip('no dark is recorded yet: use the action "Record dark", or set withoutDark to zero');
  const image = inputs.image as InputRef<NdArray>;
  const fix = correction(() => ({ dark: dark.value, gain: Number(params.gain), valid: pair('valid', params.valid), validDark: pair('validDark', params.validDark) }));
  const main = { title: 'Corrected' };
  const corrected = inputs.gainMap === undefined
    ? view.matrix({ image }, ({ image }) => (dark.value || params.withoutDark === 'zero' ? fix(image) : none), main)
    : view.matrix({ image, gainMap: optional(inputs.gainMap) as InputRef<NdArray | undefined> }, ({ image, gainMap }) => {
      if (!dark.value && params.withoutDark !== 'zero') return none;
      return gainMap ? fix(image).mul(gainMap) : fix(image);
    }, main);
  const recordDark: Action = {
    ...action('Record dark', { of: inputs.image, reduce: mean(), trains: 1, into: dark }),
    // Read when the action starts: the parameter may have changed since.
    get trains() { return Number(params.darkTrains); },
  };
  return { corrected, dark: view.matrix({ image }, () => dark.value ?? none, { title: 'Dark' }), recordDark, darkConstant: dark };
};
