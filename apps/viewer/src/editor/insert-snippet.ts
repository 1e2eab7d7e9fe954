/** Data paths in a snippet, each once: these are chosen anew when it is inserted. */
export function pathsIn(text: string): string[] {
  return [...new Set([...text.matchAll(/(['"`])(karabo#[^'"`{]+)\1/g)].map((match) => match[2]))];
}

/** One text in place of another: in `text` at its end (`at`), its imports joined with those that are there. */
export interface Edit {
  /** Offsets in the text before. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

const IMPORT = /^import (type )?\{([^}]*)\} from (['"])([^'"]+)\3;?[ \t]*\n?/gm;

/** Edits that put a snippet after the line of an offset, with other paths where some were chosen. What it imports goes to the imports above. */
export function insertSnippet(text: string, offset: number, snippet: string, chosen: ReadonlyMap<string, string> = new Map()): Edit[] {
  let body = snippet.replaceAll(IMPORT, '').replaceAll(/\n{3,}/g, '\n\n').trim();
  for (const [path, other] of chosen) body = body.replaceAll(path, other);
  const edits: Edit[] = [];
  const there = [...text.matchAll(IMPORT)];
  const newImports: string[] = [];
  for (const [, type = '', names, , from] of snippet.matchAll(IMPORT)) {
    const same = there.find((match) => match[4] === from && (match[1] ?? '') === type);
    const wanted = split(names);
    if (!same) newImports.push(`import ${type}{ ${wanted.join(', ')} } from '${from}';\n`);
    else {
      const have = split(same[2]);
      const missing = wanted.filter((name) => !have.includes(name));
      if (missing.length) edits.push({ from: same.index, to: same.index + same[0].length, text: `import ${type}{ ${[...have, ...missing].join(', ')} } from '${from}';\n` });
    }
  }
  const last = there.at(-1);
  const head = last ? last.index + last[0].length : 0;
  if (newImports.length) edits.push({ from: head, to: head, text: newImports.join('') + (head === 0 ? '\n' : '') });
  const lineEnd = text.indexOf('\n', Math.max(offset, head - 1));
  const at = lineEnd < 0 ? text.length : lineEnd + 1;
  const before = text.slice(0, at);
  edits.push({ from: at, to: at, text: `${before === '' || before.endsWith('\n\n') ? '' : before.endsWith('\n') ? '\n' : '\n\n'}${body}\n${text.slice(at).startsWith('\n') || at === text.length ? '' : '\n'}` });
  return edits;
}

const split = (names: string): string[] => names.split(',').map((name) => name.trim()).filter(Boolean);
