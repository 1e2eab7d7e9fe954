/**
 * What went wrong with an HDF5 file.
 *
 * Codes: `HDF5_MISSING` no such file · `HDF5_NOT_HDF5` another kind of file · `HDF5_TRUNCATED` shorter than it says ·
 * `HDF5_DAMAGED` cannot be opened · `HDF5_ACCESS` no right to open or create it · `HDF5_NO_OBJECT` nothing at that path · `HDF5_KIND` a group where a dataset
 * was wanted, or the reverse · `HDF5_RANGE` a slice outside the data · `HDF5_FILTER` a compression without a decoder ·
 * `HDF5_READ` / `HDF5_WRITE` the library refused · `HDF5_UNSUPPORTED` a type or option without an equivalent here ·
 * `HDF5_TOO_LARGE` more than fits · `HDF5_CLOSED` used after `close()` ·
 * `HDF5_STOPPED` a damaged file made the library itself stop: files must be opened again.
 */
export class Hdf5Error extends Error {
  override readonly name = 'Hdf5Error';
  readonly code: string;
  /** File, or `FILE:/path` of the object inside it. */
  readonly path: string;

  constructor(code: string, path: string, message: string) {
    super(`${message} (${path})`);
    this.code = code;
    this.path = path;
  }
}
