import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { routes, type EditorTypes, type SourceTree } from '@trainyard/control';
import type { Route } from '../control/route.ts';
import { findPacks, ownFolders } from '../packs/find-packs.ts';
import { declarationOf, typesOfTree } from './path-types.ts';
import { readSnippets } from './snippets.ts';

/** What a view imports besides packs. */
const VOCABULARY = ['@trainyard/core', '@trainyard/nd', '@trainyard/kernels', '@trainyard/geometry', '@trainyard/gpu'];
/** All of it together: the packs of this installation have a tenth. */
const BYTES_LIMIT = 4_000_000;

export interface TypesRouteParts {
  /** Where the list lies: packs beside it count. */
  readonly folder: string;
  readonly tree: () => SourceTree;
  /** Where the trains come from, in words. */
  readonly what: () => string;
}

/** What the editor in the page needs to check the files as `yard` does. Its declarations change only when a pack is installed: they are read once. */
export function typesRoute({ folder, tree, what }: TypesRouteParts): Route {
  let fixed: Omit<EditorTypes, 'sources'> | undefined;
  return {
    at: routes.types,
    reads: 'control',
    answer: ({ header }) => {
      fixed ??= { files: declarations(folder), snippets: readSnippets(examplesFolder()) };
      const body = JSON.stringify({ ...fixed, sources: declarationOf(typesOfTree(tree()), what()) } satisfies EditorTypes);
      const headers = { etag: `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`, 'cache-control': 'private, no-cache' };
      return header('if-none-match') === headers.etag ? { status: 304, type: 'application/json', body: '', headers } : { type: 'application/json', body, headers };
    },
  };
}

/** The `.d.ts` and `package.json` of all that a view may import, as an installation has them: `file:///node_modules/@trainyard/core/dist/index.d.ts`. */
export function declarations(folder: string): Record<string, string> {
  const files: Record<string, string> = {};
  let bytes = 0;
  const put = (path: string, text: string): void => {
    bytes += text.length;
    if (bytes <= BYTES_LIMIT) files[path] = text;
  };
  const vocabulary = ownFolders().slice(1).flatMap((own) => (VOCABULARY.includes(nameOf(own)) ? [own] : []));
  for (const own of new Set([...vocabulary, ...findPacks(folder).flatMap((pack) => (pack.error === undefined ? [pack.folder] : []))])) {
    const { name, version, type, types, exports } = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8')) as Record<string, unknown>;
    const root = `file:///node_modules/${String(name)}`;
    put(`${root}/package.json`, JSON.stringify({ name, version, type, types, exports }));
    for (const path of declarationsIn(own, '')) put(`${root}/${path}`, readFileSync(join(own, path), 'utf8'));
  }
  return files;
}

function nameOf(folder: string): string {
  return String((JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: unknown }).name);
}

function declarationsIn(folder: string, below: string): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'node_modules' || entry.name.startsWith('.') ? [] : declarationsIn(folder, path);
    return entry.name.endsWith('.d.ts') && !/\.test\b/.test(entry.name) ? [path] : [];
  });
}

/** Of the checkout or the bundle; a package from npm has none. */
function examplesFolder(): string | undefined {
  const folder = join(dirname(fileURLToPath(import.meta.url)), '../../../../examples');
  return existsSync(folder) ? folder : undefined;
}
