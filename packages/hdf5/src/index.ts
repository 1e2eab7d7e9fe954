export { openHdf5, openNow, Hdf5File, type Hdf5Mode } from './hdf5-file.ts';
export { Hdf5Group, type Link } from './hdf5-group.ts';
export { Hdf5Dataset } from './hdf5-dataset.ts';
export { Hdf5Error } from './hdf5-error.ts';
export { startLibrary } from './library.ts';
export type { AttributeValue } from './attributes.ts';
export type { DatasetOptions } from './create-dataset.ts';
export type { Slice } from './read-plan.ts';
export { ARRAYS, viewOf, type NumericArray, type Values } from './types.ts';
