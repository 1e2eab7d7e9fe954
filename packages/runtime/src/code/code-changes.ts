import { DEFAULT, type CodeParts } from './hash.ts';

/** The code of a view and of every view that it takes, by `group/name`. */
export type LinkedCode = Readonly<Record<string, LinkedPart>>;
export interface LinkedPart {
  readonly parts: CodeParts;
  /** Its kind, options, and inputs as they were resolved: paths with the values of their parameters. */
  readonly how: string;
}

const MOST = 3;

/** Says what of a view's code is another one than before: `threshold() in lib.ts changed`. */
export function codeChanges(id: string, before: LinkedCode, after: LinkedCode): string {
  const own = changed(before[id], after[id]);
  if (own.length) return `${listed(own)} changed`;
  const taken = Object.keys(after).filter((other) => other !== id && (changed(before[other], after[other]).length > 0 || before[other]?.how !== after[other]!.how));
  if (taken.length) return `${listed(taken)}, which it takes, changed`;
  return before[id]?.how === after[id]?.how ? 'its code changed' : 'its inputs or options changed';
}

/** Whether nothing but parameters' defaults are others than before. */
export function onlyDefaults(before: LinkedCode, after: LinkedCode): boolean {
  const keys = Object.keys(after);
  return keys.length === Object.keys(before).length && keys.every((id) => {
    const [old, now] = [before[id], after[id]!];
    const labels = Object.keys(now.parts);
    return old !== undefined && old.how === now.how && labels.length === Object.keys(old.parts).length
      && labels.every((label) => Object.hasOwn(old.parts, label) && (old.parts[label] === now.parts[label] || (old.parts[label]!.startsWith(DEFAULT) && now.parts[label]!.startsWith(DEFAULT))));
  });
}

function changed(before: LinkedPart | undefined, after: LinkedPart | undefined): string[] {
  const [old, now] = [before?.parts ?? {}, after?.parts ?? {}];
  return Object.keys(now).filter((label) => Object.hasOwn(old, label) && old[label] !== now[label]);
}

function listed(names: readonly string[]): string {
  const few = names.length > MOST ? [...names.slice(0, MOST), `${names.length - MOST} more`] : names;
  return few.length === 1 ? few[0]! : `${few.slice(0, -1).join(', ')} and ${few.at(-1)}`;
}
