import { existsSync, statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { YardError } from '@trainyard/core';
import { FileSink, SequenceSink, type TrainSource } from '@trainyard/runtime';
import { colour, say } from './output.ts';
import { provenanceOf } from './provenance-of.ts';

export interface OutputOptions {
  readonly out: string;
  readonly force?: boolean;
  /** Train IDs of one file of a folder. */
  readonly fileTrains?: number;
}

/** Opens what results are written to: a file; for a live yard also a folder, which is filled with closed files in turn. */
export async function openOutput(verb: 'run' | 'live' | 'demo', file: string | undefined, source: TrainSource, options: OutputOptions): Promise<FileSink> {
  const { out, fileTrains, force = false } = options;
  if (fileTrains !== undefined && !(Number.isInteger(fileTrains) && fileTrains > 0 && fileTrains % 64 === 0)) throw new YardError('FILE_TRAINS', `--file-trains takes a multiple of 64, not ${fileTrains}.`);
  const title = file === undefined ? 'live' : basename(file);
  const data = { title, provenance: provenanceOf(file) };
  const sink = verb === 'live' && isFolder(out)
    ? await SequenceSink.openFolder({ folder: out, name: file === undefined ? 'live' : basename(file, extname(file)), trains: fileTrains, ...data })
    : await FileSink.open({ path: out, force, mayLose: source.recorded === undefined, ...data });
  let failed = false;
  sink.onRoom = () => {
    // At once, not when the night is over.
    if (sink.failure && !failed) say(colour('red', `${sink.failure.message} (${sink.failure.code}) Nothing more is written to ${out}; the views run on.`));
    failed = sink.failure !== undefined;
    source.onChange();
  };
  sink.onNext = (path) => say(`The train IDs began anew: ${out} is closed, whole, and the results go on in ${path}.`);
  sink.onSay = (text) => say(colour('yellow', text));
  if (sink.leftOver !== undefined) say(sink.leftOver);
  return sink;
}

/** Where closed files go in turn: an existing folder, or a name that is not that of an HDF5 file. */
export function isFolder(out: string): boolean {
  return existsSync(out) ? statSync(out).isDirectory() : !/\.(h5|hdf5|nxs|cxi)$/i.test(out);
}
