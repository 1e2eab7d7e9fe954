import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { canonicalKey, formatDataPath, parseDataPath, type Problem, type Where } from '@trainyard/core';

/** Where a data path (canonical text) or a `view#name` is written first in some files; undefined when it is made at load time. */
export function whereWritten(path: string, files: readonly string[]): Where | undefined {
  for (const file of files) {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch {
      continue;
    }
    for (const found of text.matchAll(/(?:karabo|view|stack|internal)#[^'"`\s\][]+(?:\[[^\][]*\])?/g)) {
      if (canonical(found[0]) !== path) continue;
      const before = text.slice(0, found.index);
      const line = before.split('\n').length;
      return { file, line, column: found.index - before.lastIndexOf('\n') };
    }
  }
  return undefined;
}

/** Every `view#name` in string literals of some files, each once, with its first place. */
export function viewNamesWritten(files: readonly string[]): { readonly name: string; readonly where: Where }[] {
  const names = new Set(files.flatMap((file) => {
    try {
      return Array.from(readFileSync(file, 'utf8').matchAll(/['"`]view#([\w/-]+)['"`]/g), (found) => found[1]!);
    } catch {
      return [];
    }
  }));
  return Array.from(names, (name) => ({ name, where: whereWritten(`view#${name}`, files)! })).filter(({ where }) => where !== undefined);
}

function canonical(text: string): string {
  try {
    const path = parseDataPath(text.replace(/[,}]+$/, ''));
    return formatDataPath(path.kind === 'karabo' ? { ...path, key: canonicalKey(path.key) } : path);
  } catch {
    return text;
  }
}

/** The problem with its file as a person in this folder names it. */
export function fromHere<P extends Problem>(problem: P): P {
  const { where } = problem;
  if (!where) return problem;
  const near = relative(process.cwd(), where.file);
  const file = near === '' || near.startsWith('..') ? where.file : near;
  return { ...problem, message: problem.message.replaceAll(where.file, file), where: { ...where, file } };
}
