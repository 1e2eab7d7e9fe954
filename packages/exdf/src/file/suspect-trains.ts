/** More steps down than this in one file are disorder, not a few wrong train IDs; the search below grows with them. */
const MOST_STEPS = 1000;

/**
 * Guesses which train IDs of a file without flags (format 0.5) are real: within a file they must rise. At each step down
 * either the earlier IDs that are too high or the later ones that are too low are suspect, whichever are fewer.
 * Undefined when the IDs are in no order at all.
 */
export function guessValid(trainIds: readonly number[]): boolean[] | undefined {
  const valid = trainIds.map(() => true);
  let steps = 0;
  for (let i = 0; i + 1 < trainIds.length; i += 1) {
    const before = trainIds[i];
    const after = trainIds[i + 1];
    if (after > before) continue;
    steps += 1;
    if (steps > MOST_STEPS) return undefined;
    const early: number[] = [];
    const late: number[] = [];
    trainIds.forEach((id, k) => {
      if (k <= i && id >= after) early.push(k);
      if (k > i && id <= before) late.push(k);
    });
    for (const k of early.length < late.length ? early : late) valid[k] = false;
  }
  return valid;
}
