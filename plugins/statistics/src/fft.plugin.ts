import { asNdArray, view, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import { spectrum, spectrum2d, type SpectrumPart } from './spectrum.ts';

export const build: PluginBuild = ({ inputs, params }) => ({
  spectrum: view.matrix({ value: inputs.value as InputRef<NdArray> }, ({ value }) => {
    const options = { of: params.of as SpectrumPart, shift: params.shift === true, step: Number(params.step) };
    return asNdArray(value).dimension < 2 || params.along === 'rows' ? spectrum(value, options) : spectrum2d(value, options);
  }, { title: 'Fourier transform' }),
});
