import type { SourceTree, ViewState } from '@trainyard/control';
import { formatRate, formatShape } from '../ui/format.ts';

/** What may stand in a string that names an input. */
export interface KnownPath {
  readonly path: string;
  /** `uint16 1024 × 1024`. */
  readonly what: string;
  /** `10.0 Hz`; empty where it is not known. */
  readonly rate: string;
  readonly doc: string;
}

/** A string in a line of code: what is in it, and its columns, counted from 1, without the quotes. */
export interface PathAt {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** The string around a column that is a data path, or begins as one. */
export function pathAt(line: string, column: number): PathAt | undefined {
  for (const match of line.matchAll(/(['"`])((?:[^\\]|\\.)*?)(?:\1|$)/g)) {
    const from = match.index + 2;
    const to = from + match[2].length;
    if (column < from || column > to) continue;
    const typed = match[2].slice(0, column - from);
    return /^(karabo|view|internal|stack)#/.test(match[2]) || ['karabo#', 'view#', 'internal#', 'stack#'].some((start) => typed !== '' && start.startsWith(typed)) ? { text: match[2], from, to } : undefined;
  }
  return undefined;
}

/** Every key of the stream, every view, and what each train says of itself. */
export function knownPaths(tree: SourceTree | undefined, views: readonly ViewState[], rates: Readonly<Record<string, number>> = {}): KnownPath[] {
  const keys = (tree?.sources ?? []).flatMap(({ name, keys }) => keys.map(({ path, key, dtype, shape }): KnownPath => ({
    path, what: [dtype, formatShape(shape)].filter(Boolean).join(' '), rate: rates[name] === undefined ? '' : formatRate(rates[name]), doc: `${key} of ${name}`,
  })));
  // The same name in two groups is one path: a view means the one of its own group.
  const byName = new Map(views.map((view) => [view.name, view]));
  const others = [...byName.values()].map(({ name, kind, unit, title, group }): KnownPath => ({ path: `view#${name}`, what: [kind, unit].filter(Boolean).join(', '), rate: '', doc: `The view ${group}/${name}${title ? `: ${title}` : ''}` }));
  return [...keys, ...others, { path: 'internal#train_id', what: 'number', rate: '', doc: 'The train ID' }];
}
