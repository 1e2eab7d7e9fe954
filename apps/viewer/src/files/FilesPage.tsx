import { App, H5GroveProvider, type ExportFormat } from '@h5web/app';
import '@h5web/app/styles.css';
import './files.css';
import { useCallback, useState } from 'react';
import { routes } from '@trainyard/control';
import { endpointUrl } from '../connection/socket-url.ts';
import { useYard } from '../panels/use-yard.ts';
import { h5Base, h5Fetch } from './h5-fetcher.ts';

const none: readonly string[] = [];

/** What is in an HDF5 file of the yard: its tree, attributes, and arrays by slices. */
export default function FilesPage() {
  const files = useYard(({ hello }) => hello?.files ?? none);
  const [chosen, setChosen] = useState<string>();
  const file = chosen !== undefined && files.includes(chosen) ? chosen : files[0];
  const fetcher = useCallback((url: string, params: Record<string, string>, options?: { readonly abortSignal?: AbortSignal }) => h5Fetch(url, params, location, options?.abortSignal), []);
  const exportUrl = useCallback((format: ExportFormat, dataset: { readonly path: string }, selection?: string) => {
    if (format !== 'npy' || file === undefined) return undefined;
    return new URL(endpointUrl(`${routes.h5}/data?${new URLSearchParams({ file, path: dataset.path, format, ...(selection && { selection }) }).toString()}`, location));
  }, [file]);
  if (file === undefined) return <p className="empty">This yard has no file to look into.</p>;
  return (
    <section className="files-page" aria-label="Files">
      {files.length > 1 && <label className="files-bar">File <select value={file} onChange={(event) => setChosen(event.target.value)}>{files.map((name) => <option key={name}>{name}</option>)}</select></label>}
      <div className="files-body">
        <H5GroveProvider key={file} url={h5Base(location)} filepath={file} fetcher={fetcher} getExportURL={exportUrl}>
          <App disableDarkMode />
        </H5GroveProvider>
      </div>
    </section>
  );
}
