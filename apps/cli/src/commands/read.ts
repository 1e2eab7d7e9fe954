import { existsSync } from 'node:fs';
import { YardError, ndarray, type AnyTypedArray } from '@trainyard/core';
import { writeNpy } from '@trainyard/stack';
import { EXIT, fail, say, sayProblems } from '../output.ts';
import { plural, print, shapeText } from '../print.ts';
import { readHdf5, readRun, type Rows } from '../read-rows.ts';
import { recognise } from '../what.ts';

export interface ReadOptions {
  readonly data?: string;
  readonly out?: string;
  readonly trainIds?: string;
  readonly force?: boolean;
}

/** To show a few values, no more than about so much is read. */
const GLANCE_BYTES = 16 * 2 ** 20;

/** `yard read WHAT SOURCE KEY`: one key to a .npy file, or a few of its values to the screen. */
export async function read(what: string, source: string, key: string | undefined, options: ReadOptions): Promise<void> {
  const { out, trainIds: idsOut, force = false } = options;
  for (const file of [out, idsOut]) if (file !== undefined && existsSync(file) && !force) throw new YardError('OUT_EXISTS', `${file} exists already: give another name, or --force to replace it.`);
  if (out !== undefined && out === idsOut) throw new YardError('OUT_EXISTS', '--out and --train-ids name the same file.');
  const rows = await rowsOf(what, source, key, options.data, out === undefined && idsOut === undefined ? GLANCE_BYTES : undefined);
  if (idsOut !== undefined && rows.trainIds === undefined) throw new YardError('READ_TRAIN_IDS', `${[source, key].filter(Boolean).join(' ')} has no rows of trains: leave --train-ids out.`);
  try {
    if (out !== undefined) writeNpy(out, rows.array);
    if (idsOut !== undefined) writeNpy(idsOut, { dtype: 'uint64', shape: [rows.trainIds!.length], data: BigUint64Array.from(rows.trainIds!, BigInt) });
  } catch (error) {
    fail(error, EXIT.refused);
  }
  if (out === undefined) print(glance(rows));
  else say(`Written: ${out}, ${rows.array.dtype} ${shapeText(rows.array.shape)}`);
  if (idsOut !== undefined) say(`Written: ${idsOut}, ${plural(rows.trainIds!.length, 'train ID')}`);
  if (!rows.missing?.length) return;
  sayProblems(rows.missing.map((message) => ({ severity: 'warning', code: 'TRAINS_MISSING', message })));
  process.exitCode = EXIT.partly;
}

async function rowsOf(what: string, source: string, key: string | undefined, data: string | undefined, most: number | undefined): Promise<Rows> {
  const found = recognise(what, data);
  if (found.kind === 'run') return readRun(found.where, source, key, most);
  if (found.kind !== 'hdf5') throw new YardError('READ_WHAT', `${what} is neither a run nor an HDF5 file.`);
  const { openHdf5 } = await import('@trainyard/hdf5');
  const { isCxi } = await import('@trainyard/exdf');
  const file = await openHdf5(found.path);
  // In a CXI file a source is asked for by its name, anything else by its path.
  const isRunFile = file.has('/INDEX/trainId') || (isCxi(file) && !source.includes('/'));
  file.close();
  return isRunFile && !source.startsWith('/') ? readRun(found.path, source, key, most) : readHdf5(found.path, source, key, most);
}

/** Type, shape, unit, trains, and the first and last values. */
function glance({ array: { dtype, shape, data }, trainIds, unit, of }: Rows): string {
  const part = of === undefined ? '' : `the first ${shape[0]} of ${plural(of, 'row')}\n`;
  const head = part + (trainIds?.length ? `${plural(new Set(trainIds).size, 'train')}, ${trainIds[0]} to ${trainIds.at(-1)}\n` : '');
  const tail = unit === undefined ? '' : `\nunit ${unit}`;
  if (Array.isArray(data)) return `${head}${dtype} ${shapeText(shape)} ${data.slice(0, 6).map((text) => JSON.stringify(text)).join(' ')}${data.length > 6 ? ' ...' : ''}${tail}`;
  // Records and other bytes have no numbers to show.
  if (dtype.startsWith('[') || shape.reduce((product, n) => product * n, 1) !== data.length) return `${head}${dtype} ${shapeText(shape)}, ${data.byteLength} bytes${tail}`;
  return `${head}${String(ndarray(data as AnyTypedArray, shape, dtype === 'bool' ? { dtype } : {}))}${tail}`;
}
