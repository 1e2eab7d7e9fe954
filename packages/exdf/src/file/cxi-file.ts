import type { Hdf5Dataset } from '@trainyard/hdf5';
import type { OpenFiles } from '../open/open-files.ts';
import { CxiLayout } from './cxi-layout.ts';
import { numbers, type FileIndex } from './file-index.ts';
import type { AuxiliarySection } from './file-sources.ts';
import { RunFile, type FileState } from './run-file.ts';

/**
 * A CXI file seen as a file of a run: each detector is a source (`detector_1`) with a key for each dataset that has an entry per frame
 * (`image.data`, `image.mask`, `image.pulseId` ...). Errors: EXDF_FILE, EXDF_GONE.
 */
export class CxiFile extends RunFile {
  readonly #layout: CxiLayout;

  constructor(path: string, files: OpenFiles, state: FileState) {
    const layout = new CxiLayout(files, path);
    const { trainIds, paths } = layout;
    super(path, files, state, { trainIds, valid: trainIds.map(() => true), control: new Set(), instrument: new Set(paths.keys()), legacy: new Map() });
    this.#layout = layout;
  }

  override get version(): string {
    const found = this.open().get('/cxi_version');
    return found?.kind === 'dataset' && found.dtype !== 'str' ? `CXI ${numbers(found)[0]! / 100}` : 'CXI';
  }

  /** `/INSTRUMENT/detector_1/image/data` is what the file has as its detector's `data`. */
  override dataset(path: string): Hdf5Dataset | undefined {
    const [, , source = '', group = '', ...rest] = path.split('/');
    const own = this.#layout.paths.get(source)?.get([group, ...rest].join('.'));
    return own === undefined ? undefined : super.dataset(own);
  }

  override namesBelow(base: string): readonly string[] {
    return [...(this.#layout.paths.get(base.split('/').at(-1)!)?.keys() ?? [])];
  }

  override get auxiliary(): ReadonlyMap<string, AuxiliarySection> {
    return new Map();
  }

  override timestamps(): undefined {
    return undefined;
  }

  override metadata(): Record<string, string> {
    return { dataFormatVersion: this.version };
  }

  override index(): FileIndex {
    return this.#layout.index;
  }
}
