import { basename } from 'node:path';
import { diffResults, readResults } from '@trainyard/nexus';
import { EXIT, fail, printJson } from '../output.ts';
import { plural, print } from '../print.ts';

/** `yard diff A B`: 0 identical, 1 different, 2 when one cannot be read. */
export async function diff(a: string, b: string, options: { readonly json?: boolean }): Promise<void> {
  let differences: Awaited<ReturnType<typeof diffResults>>;
  let trains = 0;
  let views = 0;
  try {
    // Any HDF5 file has "no results in common" with another: both must be results files.
    for (const path of [a, b]) {
      const file = await readResults(path);
      ({ length: trains } = file.trainIds);
      ({ length: views } = file.views);
      file.close();
    }
    differences = await diffResults(a, b);
  } catch (error) {
    fail(error, EXIT.refused);
  }
  if (options.json) {
    for (const { path, kind, message, count, first, values } of differences) printJson({ type: 'difference', path, kind, message, ...(count !== undefined && { count }), ...(first && { first }), ...(values && { values: values.map(plain) }) });
    printJson({ type: 'summary', identical: differences.length === 0, differences: differences.length });
  } else if (differences.length === 0) print(`Identical: ${plural(trains, 'train')}, ${plural(views, 'view')}, every result bit for bit.`);
  else {
    for (const { message } of differences) print(message.replaceAll('/entry/results/', ''));
    print(`Different: ${plural(differences.length, 'dataset')} of ${basename(a)} and ${basename(b)}.`);
  }
  process.exit(differences.length ? EXIT.partly : EXIT.done);
}

/** JSON has no NaN. */
function plain(value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
