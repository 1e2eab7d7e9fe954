import { builtinModules } from 'node:module';
import { didYouMean, type Problem } from '@trainyard/core';
import { NOTHING_UNSAVED, type Unsaved } from './bundle.ts';
import { parseModule, positionAt } from './syntax.ts';

/** A missing name from one of our own packages is the slip most often made: the nearest is offered. */
export function importProblems(files: readonly string[], outside: readonly string[], packages: ReadonlySet<string>, unsaved: Unsaved = NOTHING_UNSAVED): Problem[] {
  const problems: Problem[] = [];
  const missing = outside.filter((specifier) => !specifier.startsWith('node:') && !builtinModules.includes(specifier) && !packages.has(packageOf(specifier)));
  for (const file of missing.length ? files : []) {
    const module = parseModule(file, unsaved.get(file));
    if (!module) continue;
    const imported = [...new Set([...Array.from(module.names.values(), (name) => (name.kind === 'import' ? name.specifier : '')), ...module.from.map((from) => from.specifier)])];
    for (const specifier of imported.filter((one) => missing.includes(one))) {
      const at = Math.max(module.text.indexOf(`'${specifier}'`), module.text.indexOf(`"${specifier}"`));
      const own = specifier.startsWith('@trainyard/');
      problems.push({
        severity: 'error',
        code: 'IMPORT_UNKNOWN',
        message: own
          ? `There is no pack "${specifier}" here.${didYouMean(specifier, packages)} yard pack ls shows all, yard pack add installs one.`
          : `There is no package "${specifier}" beside this file: npm install it in the file's folder, or copy what you need of it.`,
        where: { file, ...positionAt(module.text, Math.max(at, 0)) },
      });
    }
  }
  return problems;
}

/** `@scope/name/sub` is of the package `@scope/name`. */
function packageOf(specifier: string): string {
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Node's sentence for a name that a package of ours does not export, said at the user's line with the nearest name. */
export async function missingExport(message: string, files: readonly string[]): Promise<Problem | undefined> {
  const [, specifier, name] = /requested module '([^']+)' does not provide an export named '([^']+)'/.exec(message) ?? [];
  if (specifier === undefined || name === undefined || !specifier.startsWith('@trainyard/')) return undefined;
  const known = Object.keys((await import(specifier).catch(() => ({}))) as object);
  for (const file of files) {
    const module = parseModule(file);
    const declared = module && [...module.names.values()].find((one) => one.kind === 'import' && one.specifier === specifier && one.imported === name);
    if (!module || !declared) continue;
    return { severity: 'error', code: 'IMPORT_NAME', message: `${specifier} has nothing called "${name}".${didYouMean(name, known)}`, where: { file, ...positionAt(module.text, declared.node.start) } };
  }
  return undefined;
}
