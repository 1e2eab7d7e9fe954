import { BatchError } from './batch-error.ts';

const MOST = 10_000;

/** Run numbers of `1,2-4` in ascending order, each once. Errors: JOB_RUNS. */
export function parseRuns(text: string): number[] {
  const runs = new Set<number>();
  for (const word of text.split(',')) {
    const match = /^\s*r?(\d{1,4})(?:\s*-\s*r?(\d{1,4}))?\s*$/.exec(word);
    const first = Number(match?.[1]);
    const last = Number(match?.[2] ?? match?.[1]);
    if (!match || last < first) throw new BatchError('JOB_RUNS', `--runs takes numbers and ranges, such as 1,2-4; "${word.trim()}" is something else.`);
    for (let run = first; run <= last && runs.size <= MOST; run += 1) runs.add(run);
  }
  return [...runs].sort((a, b) => a - b);
}
