import { interp, labelled, view, type Vector } from '@trainyard/core';

/** The spectrum, its highest value 1, over the wavelengths of its own sensor. */
const normalised = (x: Vector, y: Vector) => labelled(y.div(y.max()), { axes: [{ name: 'wavelength', unit: 'nm', values: x.toNested() as number[] }] });

export const before = view.vector(
  { x: 'karabo#SQS_ILH_LAS/SPEC/SRC.wavelengths', y: 'karabo#SQS_ILH_LAS/SPEC/SRC:output[data.spectrum]' },
  ({ x, y }) => normalised(x, y), { title: 'Spectrum before the optics' },
);
export const after = view.vector(
  { x: 'karabo#SQS_ILH_LAS/SPEC/TRL.wavelengths', y: 'karabo#SQS_ILH_LAS/SPEC/TRL:output[data.spectrum]' },
  ({ x, y }) => normalised(x, y), { title: 'Spectrum behind the optics' },
);

/** At the wavelengths of the first sensor; NaN where the second one does not see. */
export const difference = view.vector(
  { before, after, x: 'karabo#SQS_ILH_LAS/SPEC/SRC.wavelengths', xAfter: 'karabo#SQS_ILH_LAS/SPEC/TRL.wavelengths' },
  ({ before, after, x, xAfter }) => labelled(before.sub(interp(x as Vector, xAfter, after, { left: NaN, right: NaN })), { axes: [{ name: 'wavelength', unit: 'nm', values: x.toNested() }] }),
);
