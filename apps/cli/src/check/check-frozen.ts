import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Problem } from '@trainyard/core';
import { diffResults } from '@trainyard/nexus';
import { frozenBeside, loadInstalled, runFrozen, type FrozenTrain, type Installed } from '@trainyard/runtime';
import { plural } from '../print.ts';
import { versionOf } from '../version.ts';

/** Runs the frozen trains that were kept as tests beside a list or views file that loads: what gives something else than was kept, and a sentence of how many there are. */
export async function checkFrozen(file: string): Promise<{ readonly problems: readonly Problem[]; readonly sentence: string }> {
  const problems: Problem[] = [];
  const kept = frozenBeside(file, ({ code, message }) => problems.push({ severity: 'warning', code, message })).filter(({ expected }) => expected !== undefined);
  if (kept.length === 0) return { problems, sentence: '' };
  const installed = await loadInstalled(dirname(file));
  const folder = mkdtempSync(join(tmpdir(), 'trainyard-frozen-'));
  const failed = new Set<string>();
  try {
    for (const frozen of kept) {
      const name = `frozen/${basename(frozen.folder)}`;
      const found = await checkOne(frozen, name, file, join(folder, `${basename(frozen.folder)}.nxs`), installed);
      if (found.length) failed.add(name);
      problems.push(...found);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { problems, sentence: `${plural(kept.length, 'frozen train')}, ${kept.length - failed.size} as kept.` };
}

async function checkOne(frozen: FrozenTrain, name: string, file: string, out: string, installed: Installed): Promise<Problem[]> {
  const { record: { view, trainId }, expected } = frozen;
  const wrong = (code: string, message: string, where: Problem['where'] = { file }): Problem => ({ severity: 'error', code, message: `${name}: ${message}`, where });
  try {
    const given = await runFrozen(frozen, { installed, version: versionOf(), out });
    if ('problems' in given) return [...given.problems];
    if (given.outcomes.length === 0) return [wrong('FROZEN_OUTCOME', `there is no view ${view} any more. Remove the folder, or give the view its name back`)];
    const without = given.outcomes.filter(({ outcome }) => outcome !== 'value');
    if (without.length) return without.map((one) => wrong('FROZEN_OUTCOME', `${one.view} is ${one.outcome} for train ${trainId}, and had a value when it was kept: ${one.message}`, one.where));
    const differences = await diffResults(expected!, out);
    return differences.map(({ message }) => wrong('FROZEN_DIFFERS', `train ${trainId} does not give what was kept, and now: ${message.replace('/entry/results/', '')}. If this is meant: yard retry ${basename(frozen.folder)} --keep`));
  } catch (error) {
    const { code = 'FROZEN_BROKEN', message } = error as { code?: string; message: string };
    return [wrong(code, message)];
  }
}
