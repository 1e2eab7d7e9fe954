import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ArrayFiles } from './array-files.ts';

// The HDF5 library must not be started in this thread, as in a worker: nothing here may write a file.
it('names the dataset that is stored in a way that needs the library, and how it must be stored', () => {
  const path = fileURLToPath(new URL('../../../hdf5/golden/filters.h5', import.meta.url));
  expect(() => new ArrayFiles().open(path)).toThrow(/filters\.h5 cannot be read: \w+ is damaged, or not stored as it must be here: little-endian/);
});
