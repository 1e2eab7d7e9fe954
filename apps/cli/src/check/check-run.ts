import { basename } from 'node:path';
import type { Problem } from '@trainyard/core';
import { checkRun as findingsOf, checkVirtual, type Finding, type Run, type RunNumber } from '@trainyard/exdf';
import { openHdf5 } from '@trainyard/hdf5';
import { plural } from '../print.ts';

/** A problem of a run; `dataset`: the path inside the file, where it is about one. */
export interface RunProblem extends Problem {
  readonly dataset?: string;
}

/** What is wrong with a recorded run, and a sentence of what is there. Errors of opening are thrown. */
export async function checkRun(where: string | RunNumber): Promise<{ problems: RunProblem[]; sentence: string; unusable: number }> {
  const { run, findings } = await findingsOf(where);
  try {
    const { trainIds } = run;
    const span = trainIds.length ? ` (${trainIds[0]} to ${trainIds.at(-1)})` : '';
    return { problems: findings.map(asProblem), unusable: run.skipped.length, sentence: `${run.directory}: ${run.files.length} files, ${run.sources.size} sources, ${trainIds.length} trains${span}.` };
  } finally {
    run.close();
  }
}

/** Any HDF5 file that is neither results nor of a run: virtual datasets, as in CXI files, must have their sources. */
export async function checkPlainHdf5(path: string): Promise<{ problems: RunProblem[]; sentence: string }> {
  const file = await openHdf5(path);
  try {
    const datasets = [...file.datasets()];
    const virtual = datasets.filter((dataset) => dataset.isVirtual);
    const problems = virtual.flatMap((dataset) => [...checkVirtual(dataset)]).map((finding) => asProblem({ ...finding, file: path }));
    const files = new Set(virtual.flatMap((dataset) => dataset.virtualSources.map((source) => source.file)));
    const made = virtual.length ? `, ${virtual.length} of them virtual, made of ${plural(files.size, 'file')}` : '';
    return { problems, sentence: `${path}: an HDF5 file with ${plural(datasets.length, 'dataset')}${made}; not a results file.` };
  } finally {
    file.close();
  }
}

/** Files of the run that could not be used. */
export function skippedFiles(run: Run): Problem[] {
  return run.skipped.map(({ file, reason }) => ({ severity: 'warning', code: 'FILE_SKIPPED', message: `${basename(file)} is not used: ${reason.replace(` (${file})`, '')}` }));
}

function asProblem({ severity, code, message, file, dataset }: Finding): RunProblem {
  // A file that is not used is named in the sentence.
  return { severity, code, message, ...(file !== undefined && code !== 'FILE_SKIPPED' && { where: { file } }), ...(dataset !== undefined && { dataset }) };
}
