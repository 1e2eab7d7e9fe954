import { YardError, action, asNdArray, keep, plan, skip, view, workspace, zeros, type Action, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import { mean } from '@trainyard/core/reducers';
import { correction } from './correct.ts';

export const build: PluginBuild = ({ inputs, params }) => {
  const recorded = keep<NdArray>('reference');
  const path = String(params.file ?? '');
  const { folder } = workspace;
  const image = inputs.image as InputRef<NdArray>;
  const stored = plan((file, name) => {
    const found = name === '' ? [...file.arrays].filter(([, { shape }]) => shape.length > 1).map(([one]) => one) : [name].filter((one) => file.arrays.has(one));
    if (found.length !== 1) throw new YardError('REFERENCE_FILE', `${file.path} has ${found.length === 0 ? 'no such array' : `several: ${found.slice(0, 8).join(', ')}`}. Set dataset to the one that is the reference.`);
    return file.read(found[0]!);
  }, () => workspace.openArrays(path, folder), () => String(params.dataset ?? ''));
  // What is set by hand goes before the file.
  const reference = (): NdArray | undefined => recorded.value ?? (path === '' ? undefined : stored());
  const inverse = plan((of: NdArray | undefined) => of && inverseOf(of), reference);
  const subtract = correction(() => ({ dark: reference() }));
  const divide = correction(() => ({ gain: inverse() }));
  const none = skip('there is no reference yet: use the action "Set reference", or name a file');
  const setReference: Action = {
    ...action('Set reference', { of: inputs.image, reduce: mean(), trains: 1, into: recorded }),
    get trains() { return Number(params.trains); },
  };
  return {
    compared: view.matrix({ image }, ({ image }) => (reference() ? (params.by === 'divide' ? divide(image) : subtract(image)) : none), { title: 'Compared with the reference' }),
    current: view.matrix({ image }, () => reference() ?? none, { title: 'Reference' }),
    setReference, reference: recorded,
  };
};

/** NaN where the reference is 0. */
function inverseOf(of: NdArray): NdArray {
  const out = zeros(of.shape, 'float64');
  const values = asNdArray(of).flatten().data as ArrayLike<number>;
  for (let i = 0; i < values.length; i++) out.data[i] = Number(values[i]) === 0 ? Number.NaN : 1 / Number(values[i]);
  return out as unknown as NdArray;
}
