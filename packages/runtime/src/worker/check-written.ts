import { YardError, didYouMean, type ViewOptions, type ViewSpec } from '@trainyard/core';

const OPTIONS: Readonly<Record<keyof ViewOptions, 'text' | 'trains' | 'ms' | 'flag'>> = { title: 'text', unit: 'text', every: 'trains', timeoutMs: 'ms', average: 'trains', hidden: 'flag' };

/** Holds a view's name, options and ways of taking trains against what they may be; throws `VIEW_NAME`, `VIEW_OPTION` or `INPUT_TRAINS`. */
export function checkWritten(id: string, { options, inputs }: ViewSpec): void {
  // Both are names in files, of sources on the bridge, and in view#group/name.
  const parts = id.split('/');
  if (parts.length !== 2 || parts.some((part) => part.trim() !== part || /^\.*$/.test(part) || /[#[\]{}]|\p{Cc}/u.test(part))) {
    throw new YardError('VIEW_NAME', `"${id}" cannot be the name of a group and its view: use letters, digits, "_" and "-".`);
  }
  for (const [name, value] of Object.entries(options)) {
    const wanted = Object.hasOwn(OPTIONS, name) ? OPTIONS[name as keyof ViewOptions] : undefined;
    if (wanted === undefined) throw new YardError('VIEW_OPTION', `${id} has the option "${name}", which is not known.${didYouMean(name, Object.keys(OPTIONS))} There are ${Object.keys(OPTIONS).join(', ')}.`);
    if (wanted === 'trains' && value !== undefined && !isCount(value)) throw new YardError('VIEW_OPTION', `${id}: "${name}" takes a whole number of trains from 1, not ${String(value)}.`);
    if (wanted === 'ms' && value !== undefined && !(typeof value === 'number' && value > 0)) throw new YardError('VIEW_OPTION', `${id}: "${name}" takes milliseconds above 0, not ${String(value)}.`);
  }
  for (const { name, stale, shift } of inputs) {
    if (stale !== undefined && !isCount(stale)) throw new YardError('INPUT_TRAINS', `${id}: stale(...) of "${name}" takes a whole number of trains from 1, not ${String(stale)}.`);
    if (shift !== undefined && !Number.isInteger(shift)) throw new YardError('INPUT_TRAINS', `${id}: shifted(...) of "${name}" takes a whole number of trains, such as -1, not ${String(shift)}.`);
  }
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
