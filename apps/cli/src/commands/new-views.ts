import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { YardError } from '@trainyard/core';
import { findPacks } from '@trainyard/runtime';
import { say } from '../output.ts';

/** `yard new views [FOLDER]`: a views file that runs as it is, and what an editor needs to complete it. */
export async function newViews(folder: string, options: { readonly force?: boolean }): Promise<void> {
  const files: Record<string, string> = { 'views.ts': VIEWS, 'tsconfig.json': `${JSON.stringify(tsconfig(), null, 2)}\n`, 'README.md': README };
  const there = Object.keys(files).filter((name) => existsSync(join(folder, name)));
  if (there.length && !options.force) throw new YardError('NEW_EXISTS', `${folder} has ${there.join(' and ')} already: give another folder, or --force to replace ${there.length > 1 ? 'them' : 'it'}.`);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const views = relative(process.cwd(), join(folder, 'views.ts'));
  say(`Written: ${Object.keys(files).map((name) => join(folder, name)).join(', ')}`);
  say(`Try it:  yard demo ${views}          the simulated facility\n         yard live ${views} --stream tcp://HOST:PORT\nEvery path known to the editor:  yard types RUN --out ${relative(process.cwd(), join(folder, 'data-paths.d.ts'))}`);
}

const VIEWS = `import { linspace, parameters, scan, slider, view } from '@trainyard/core';
import { gaussianFilter } from '@trainyard/smoothing';
import { mean } from '@trainyard/statistics';

// A slider in the viewer. Change the 5 and save: the plot follows.
const p = parameters({ sigma: slider(5, 0.5, 20, 'px') });

// The path names a source and a key; this one is the camera of "yard demo" and "yard sim".
export const smoothed = view.image(
  { camera: 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]' },
  ({ camera }) => gaussianFilter(camera.slice('350:750, 1000:1500'), p.sigma),
  { title: 'Laser spot', unit: 'ADU' },
);

// A view can take another one.
export const total = view.scalar({ image: smoothed }, ({ image }) => image.sum(), { title: 'Total, mean of 25 trains', unit: 'ADU', average: 25 });

// A button that steps through values of the slider and collects 20 trains at each; the result is a curve.
export const sigmaScan = scan('Sigma scan', { set: { sigma: linspace(1, 10, 10) }, of: { peak: view.scalar({ image: smoothed }, ({ image }) => image.max()) }, reduce: mean(), trains: 20 });
`;

const README = `# Views

    yard demo views.ts                             # the simulated facility, in the browser
    yard live views.ts --stream tcp://HOST:PORT    # a Karabo bridge
    yard run views.ts --run p2416/r34 --out r34.h5 # a recorded run
    yard check views.ts --run p2416/r34            # every problem at once
    yard types p2416/r34 --out data-paths.d.ts     # then the editor knows every data path and its type

Save \`views.ts\` while it runs: the plots follow. \`yard\` itself needs neither \`tsconfig.json\` nor node_modules; they are for the editor.
`;

/** For the editor only: \`yard\` compiles with its own settings. */
function tsconfig(): unknown {
  const folders = [...['core', 'nd'].map((name) => folderOf(`@trainyard/${name}`)), ...findPacks().map((pack) => pack.folder)];
  const paths = Object.fromEntries(folders.flatMap((folder) => (folder === undefined ? [] : typesIn(folder))));
  return {
    compilerOptions: {
      target: 'es2024', lib: ['esnext', 'dom'], module: 'esnext', moduleResolution: 'bundler', strict: true, noEmit: true,
      experimentalDecorators: true, allowImportingTsExtensions: true, skipLibCheck: true, types: [], paths,
    },
    include: ['**/*.ts'],
  };
}

function folderOf(name: string): string | undefined {
  try {
    return dirname(fileURLToPath(import.meta.resolve(`${name}/package.json`)));
  } catch {
    return undefined;
  }
}

/** The package's name and its types: built ones, else the sources. */
function typesIn(folder: string): [string, string[]][] {
  const { name, exports = {}, types } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string; types?: string; exports?: Record<string, { types?: string } | string> };
  const main = exports['.'];
  const declared = typeof main === 'object' ? main.types : types;
  const found = [declared, 'src/index.ts'].filter((path) => path !== undefined).map((path) => join(folder, path)).find((path) => existsSync(path));
  return found === undefined ? [] : [[name, [fileURLToPath(pathToFileURL(found))]]];
}
