import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { YardError } from '@trainyard/core';
import { openRun } from '@trainyard/exdf';
import { declarationOf, type PathTypes } from '@trainyard/runtime';
import { glimpse } from '../one-train.ts';
import { EXIT, fail, say } from '../output.ts';
import { plural } from '../print.ts';
import { typesOfRun, typesOfStream } from '../types-of.ts';
import { recognise } from '../what.ts';

/** `yard types WHAT`: the data paths of a run, a file of one, or a stream as a `.d.ts`. */
export async function types(what: string, options: { readonly out?: string; readonly data?: string }): Promise<void> {
  const found = recognise(what, options.data);
  let paths: PathTypes;
  if (found.kind === 'run' || found.kind === 'hdf5') {
    const run = await openRun(found.kind === 'run' ? found.where : found.path);
    paths = typesOfRun(run);
    run.close();
  } else if (found.kind === 'endpoint') {
    // A few trains: not every source sends with every train.
    const glimpsed = await glimpse(found.endpoint, 3).catch((error: unknown) => fail(error, (error as { code?: string }).code === 'ENDPOINT_SILENT' ? EXIT.gone : EXIT.refused));
    paths = typesOfStream(glimpsed);
  } else throw new YardError('TYPES_WHAT', `${what} is neither a run, a file of one, nor an endpoint: data paths come from one of these.`);
  const text = declarationOf(paths, what);
  if (options.out === undefined) {
    process.stdout.write(text);
    return;
  }
  if (!options.out.endsWith('.d.ts')) throw new YardError('TYPES_OUT', `${options.out} must end in .d.ts, such as data-paths.d.ts.`);
  // Only a file of our own is replaced.
  if (existsSync(options.out) && !readFileSync(options.out, 'utf8').includes('"yard types"')) throw new YardError('OUT_EXISTS', `${options.out} exists already and was not written by yard types: give another name.`);
  writeFileSync(options.out, text);
  say(`Written: ${options.out}, ${plural(paths.size, 'data path')}`);
}
