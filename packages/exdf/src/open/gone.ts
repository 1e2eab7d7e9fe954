import { existsSync } from 'node:fs';
import { Hdf5Error } from '@trainyard/hdf5';
import { ExdfError } from '../exdf-error.ts';

/** What the system says when a file lies on a place that does not answer any more: tape, an archive, a server that was restarted. */
const GONE = new Set(['ENOENT', 'ENOTDIR', 'ESTALE', 'EIO', 'ENXIO', 'ENODEV', 'ETIMEDOUT', 'EREMOTEIO', 'EHOSTDOWN']);

/**
 * Does what needs a file of an open run, and says by name when the file has gone since: `EXDF_GONE`. Whatever else goes wrong passes through.
 */
export function goneOr<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ExdfError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (GONE.has(code) || code === 'HDF5_MISSING' || (error instanceof Hdf5Error && code !== 'HDF5_CLOSED' && !existsSync(path))) {
      const why = GONE.has(code) ? ` (${code})` : '';
      throw new ExdfError('EXDF_GONE', path, `The file was there when the run was opened and is not any more${why}: the run is being moved or put away. Open it again where it is now, or have it brought back (the data manager can stage it from tape)`);
    }
    throw error;
  }
}
