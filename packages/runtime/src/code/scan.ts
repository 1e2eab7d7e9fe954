import { findViews } from './find-views.ts';
import { hashViews } from './hash.ts';
import { purityProblems, type PurityProblem } from './purity.ts';
import { parseModule, type Module } from './syntax.ts';

/** What the load-time scan finds in the user's files without running them. */
export interface Scan {
  /** Exported name, `Class/method` or `object/property` -> where it is written and the hash of its code. */
  readonly views: Readonly<Record<string, { readonly line: number; readonly column: number; readonly hash: string }>>;
  readonly problems: readonly PurityProblem[];
}

/** Scans a views file and the user's files that it imports. */
export function scanViews(entry: string, files: readonly string[]): Scan {
  const modules = new Map<string, Module>();
  for (const file of files) {
    const module = parseModule(file);
    if (module) modules.set(file, module);
  }
  const main = modules.get(entry);
  if (!main) return { views: {}, problems: [] };
  const hashes = hashViews(main, modules);
  const views = Object.fromEntries(findViews(main).map(({ name, line, column }) => [name, { line, column, hash: hashes.get(name)! }]));
  return { views, problems: [...modules.values()].flatMap(purityProblems) };
}
