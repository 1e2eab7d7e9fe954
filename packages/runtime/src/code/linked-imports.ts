import { lstatSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseSync } from 'oxc-parser';
import { NOTHING_UNSAVED, type Unsaved } from './bundle.ts';

/** As the bundler completes a name. */
const ENDINGS = ['', '.ts', '.js', '.mjs', '.json', '/index.ts', '/index.js'];

/**
 * The paths, as they are written in the files' relative imports, that lead through a symbolic link: a bundler knows files by where they really
 * are, and would not see that a link leads elsewhere.
 */
export function linkedImports(files: readonly string[], unsaved: Unsaved = NOTHING_UNSAVED): string[] {
  const found = new Set<string>();
  for (const file of files) {
    if (file.endsWith('.json')) continue;
    const { module } = parseSync(file, unsaved.get(file) ?? readFileSync(file, 'utf8'));
    const specifiers = [...module.staticImports.map((one) => one.moduleRequest.value), ...module.staticExports.flatMap((one) => one.entries.flatMap((entry) => entry.moduleRequest?.value ?? []))];
    for (const specifier of new Set(specifiers)) {
      if (!specifier.startsWith('.')) continue;
      const path = ENDINGS.map((ending) => resolve(dirname(file), specifier) + ending).find((one) => lstatSync(one, { throwIfNoEntry: false })?.isDirectory() === false);
      if (path !== undefined && realpath(path) !== path) found.add(path);
    }
  }
  return [...found];
}

function realpath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
