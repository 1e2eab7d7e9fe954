import { didYouMean, type Problem } from '@trainyard/core';
import type { GenerationDescriptor } from '../worker/generation.ts';

/**
 * The values chosen by hand (`--set`) must each have met a parameter and, where `strict`, its range: a slip of the finger is
 * not passed over. Undefined when all did.
 */
export function wrongSets({ params, notes }: GenerationDescriptor, sets: Readonly<Record<string, unknown>>, strict: boolean): Problem[] | undefined {
  const known = params.flatMap((param) => [param.name, `${param.group}.${param.name}`]);
  const problems = Object.keys(sets).filter((key) => !known.includes(key)).map((key): Problem => ({
    severity: 'error', code: 'SET_UNKNOWN', message: `--set ${key}: there is no such parameter.${didYouMean(key, known)} There are ${known.join(', ') || 'none'}.`,
  }));
  if (strict) problems.push(...notes.map((note): Problem => ({ severity: 'error', code: 'SET_VALUE', message: `--set: ${note}` })));
  return problems.length ? problems : undefined;
}
