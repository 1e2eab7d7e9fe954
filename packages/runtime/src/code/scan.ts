import { NOTHING_UNSAVED, type Unsaved } from './bundle.ts';
import { findViews } from './find-views.ts';
import { codeOf, type ViewCode } from './hash.ts';
import { purityProblems, type PurityProblem } from './purity.ts';
import { parseModule, type Module } from './syntax.ts';

/** Where a view is written, and its code. */
export interface ScannedView extends ViewCode {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What the load-time scan finds in the user's files without running them. */
export interface Scan {
  /** By exported name, `Class/method` or `object/property`. */
  readonly views: Readonly<Record<string, ScannedView>>;
  readonly problems: readonly PurityProblem[];
}

/** Scans a views file and the user's files that it imports: their views may be its own by `export *`, `group` or `extends`. */
export function scanViews(entry: string, files: readonly string[], unsaved: Unsaved = NOTHING_UNSAVED): Scan {
  const modules = new Map<string, Module>();
  for (const file of [entry, ...files]) {
    const module = modules.has(file) ? undefined : parseModule(file, unsaved.get(file));
    if (module) modules.set(file, module);
  }
  const views: Record<string, ScannedView> = {};
  // The entry comes first: its names win.
  for (const module of modules.values()) {
    for (const view of findViews(module, modules)) {
      const { name, file, line, column } = view;
      views[name] ??= { file, line, column, ...codeOf(module, view, modules) };
    }
  }
  return { views, problems: purityProblems(modules) };
}
