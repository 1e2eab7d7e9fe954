import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Problem } from '@trainyard/core';
import { diffResults } from '@trainyard/nexus';
import { frozenBeside, loadInstalled, runFrozen } from '@trainyard/runtime';
import { plural } from '../print.ts';
import { versionOf } from '../version.ts';

/** Runs the frozen trains that were kept as tests beside a list or views file that loads: what gives something else than was kept, and a sentence of how many there are. */
export async function checkFrozen(file: string): Promise<{ readonly problems: readonly Problem[]; readonly sentence: string }> {
  const kept = frozenBeside(file).filter(({ expected }) => expected !== undefined);
  if (kept.length === 0) return { problems: [], sentence: '' };
  const installed = await loadInstalled(dirname(file));
  const folder = mkdtempSync(join(tmpdir(), 'trainyard-frozen-'));
  const problems: Problem[] = [];
  try {
    for (const frozen of kept) {
      const out = join(folder, `${basename(frozen.folder)}.nxs`);
      const given = await runFrozen(frozen, { installed, version: versionOf(), out });
      if ('problems' in given) {
        problems.push(...given.problems);
        break;
      }
      const name = `frozen/${basename(frozen.folder)}`;
      const gone = given.outcomes.length === 0 ? [{ view: frozen.record.view, outcome: 'gone', message: 'there is no such view any more', where: undefined }] : [];
      const without = [...given.outcomes, ...gone].filter(({ outcome }) => outcome !== 'value');
      for (const { view, outcome, message, where } of without) problems.push({ severity: 'error', code: 'FROZEN_OUTCOME', message: `${name}: ${view} is ${outcome} for train ${frozen.record.trainId}, and had a value when it was kept: ${message}`, where: where ?? { file } });
      if (without.length) continue;
      for (const { message } of await diffResults(frozen.expected!, out)) problems.push({ severity: 'error', code: 'FROZEN_DIFFERS', message: `${name}: train ${frozen.record.trainId} does not give what was kept, and now: ${message.replace('/entry/results/', '')}. If this is meant: yard retry ${basename(frozen.folder)} --keep`, where: { file } });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const failed = new Set(problems.map(({ message }) => message.split(':')[0])).size;
  return { problems, sentence: `${plural(kept.length, 'frozen train')}, ${kept.length - failed} as kept.` };
}
