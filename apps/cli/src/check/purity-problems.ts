import { formatWhere, type Problem } from '@trainyard/core';
import type { PurityFinding, PurityReport } from '@trainyard/runtime';
import { fromHere } from '../find-in-files.ts';
import { plural } from '../print.ts';

/** A finding as a problem: with `--json` all of it is there. */
export type PurityProblem = Problem & Omit<PurityFinding, 'where'>;

const CODES: Readonly<Record<PurityFinding['kind'], string>> = { order: 'PURITY_ORDER', repeat: 'PURITY_REPEAT', reduce: 'PURITY_REDUCE', input: 'PURITY_INPUT', hang: 'PURITY_HANG', end: 'PURITY_END' };
/** More are named in --json only. */
const MOST = 4;

const KEEP = 'Say what it may keep: a reducer or "average: N" for a running value, shifted(path, -1) for an earlier train, plan() for what is costly to build, keep() and an action for what is recorded.';

export function purityProblems({ findings, trains }: PurityReport): PurityProblem[] {
  return findings.map((finding): PurityProblem => {
    const { where, ...more } = finding;
    return { ...more, severity: 'error', code: CODES[finding.kind], message: [sentence(finding, trains), followers(finding), suspects(finding)].filter((part) => part !== '').join('\n  '), ...(where && { where }) };
  });
}

function sentence({ kind, view, trainId, trains, difference, order }: PurityFinding, of: number): string {
  const first = `${plural(trains, 'train')} of ${of}, first in train ${trainId}: ${difference}`;
  switch (kind) {
    case 'order':
      return `${view} gives something else when the trains come ${order}: in ${first}. It remembers something from train to train. ${KEEP}`;
    case 'repeat':
      return `${view} gives something else when the same trains come ${order}: in ${first}. It hangs on chance, on the clock, or on something outside of the train.`;
    case 'reduce':
      return `${view} gives something else when the same trains come once more: in ${first}. It hangs on chance, on the clock, or on something that is neither a train nor a reducer's state.`;
    case 'input':
      return `${view} writes to its input "${difference}" (${plural(trains, 'train')} of ${of}, first train ${trainId}): other views are given the same array. Take a copy first: ${difference}.copy().`;
    case 'hang':
      return `${view} ${difference} on train ${trainId} and was not run any more ("timeoutMs" sets its limit).`;
    case 'end':
      return `${view} ended its worker on train ${trainId} and was not run any more: ${difference}.`;
  }
}

function followers({ followers: names }: PurityFinding): string {
  return names.length ? `${names.join(', ')} ${names.length === 1 ? 'differs' : 'differ'} with it.` : '';
}

function suspects({ suspects: all }: PurityFinding): string {
  const few = all.slice(0, MOST).map(({ name, what, where }) => `${name} (${formatWhere(fromHere({ severity: 'error', code: '', message: '', where }).where!)}) ${what}`);
  return few.length ? `Look at: ${few.join('; ')}.` : '';
}
