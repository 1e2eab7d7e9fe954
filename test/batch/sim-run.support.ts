import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeSimRun } from '@trainyard/sim';

/** A small simulated run whose train IDs have a gap of more than a block; neither of its ends lies on a block's. */
export async function writeGappedRun(folder: string, trains: readonly [number, number] = [80, 100]): Promise<void> {
  const second = `${folder}-second`;
  await writeSimRun(folder, { seed: 5, firstTrainId: 10_050, trains: trains[0], small: true, detector: false });
  await writeSimRun(second, { seed: 5, firstTrainId: 10_300, trains: trains[1], small: true, detector: false });
  for (const name of readdirSync(second)) renameSync(join(second, name), join(folder, name.replace('-S00000', '-S00001')));
  rmSync(second, { recursive: true });
}
