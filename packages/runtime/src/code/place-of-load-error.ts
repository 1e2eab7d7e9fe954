import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';
import type { Where } from '@trainyard/core';
import { positionAt } from './syntax.ts';

/**
 * The place of an error that Node says of a module without one: a syntax error, an import of what is not there or not exported. `files` are
 * those that were loaded, in that order. Undefined when none of them explains the message.
 */
export function placeOfLoadError(message: string, files: readonly string[]): Where | undefined {
  const [, importer] = / imported from (?:file:\/\/)?(\/.+?)$/m.exec(message) ?? [];
  const [, absent] = /Cannot find (?:module|package) '([^']+)'/.exec(message) ?? [];
  if (importer !== undefined && absent !== undefined && existsSync(importer)) return placeOfImport(importer, (specifier) => specifier === absent || absent.endsWith(specifier.replace(/^\.*\//, '/')));
  const [, specifier, name] = /requested module '([^']+)' does not provide an export named '([^']+)'/.exec(message) ?? [];
  for (const file of files) {
    if (!existsSync(file)) continue;
    const text = readFileSync(file, 'utf8');
    const json = file.endsWith('.json');
    // JSON is an expression of JavaScript, nearly: V8 says a place for some of its errors only.
    const { errors, module } = json ? parseSync('json.js', `(${text})`) : parseSync(file, text);
    const start = errors[0]?.labels[0]?.start;
    if (start !== undefined) return { file, ...positionAt(text, json ? Math.min(start - 1, text.length) : start) };
    if (errors.length || (json && message.includes(file))) return { file };
    const entry = module.staticImports.find((one) => one.moduleRequest.value === specifier)?.entries.find((one) => one.importName.name === name || (name === 'default' && String(one.importName.kind) === 'Default'));
    if (entry) return { file, ...positionAt(text, entry.importName.start ?? entry.localName.start) };
  }
  return undefined;
}

function placeOfImport(path: string, isIt: (specifier: string) => boolean): Where {
  const file = path.startsWith('file:') ? fileURLToPath(path) : path;
  const text = readFileSync(file, 'utf8');
  const { module } = parseSync(file, text);
  const found = [...module.staticImports.map((one) => one.moduleRequest), ...module.dynamicImports.map((one) => ({ ...one.moduleRequest, value: text.slice(one.moduleRequest.start + 1, one.moduleRequest.end - 1) })), ...module.staticExports.flatMap((one) => one.entries.flatMap((entry) => entry.moduleRequest ?? []))].find((one) => isIt(one.value));
  return { file, ...(found && positionAt(text, found.start)) };
}
