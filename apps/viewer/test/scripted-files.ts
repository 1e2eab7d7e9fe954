import { createHash } from 'node:crypto';
import type { EditFile, EditorTypes, FrozenTrainInfo, TriedView } from '@trainyard/control';
import type { Answer, Asked } from './scripted-yard.ts';

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** The routes of the editor, over files in memory: saves are kept and heard, and conflict as a yard's do. */
export class ScriptedFiles {
  readonly files: Map<string, string>;
  readonly puts: { readonly path: string; readonly hash: string | undefined; readonly text: string }[] = [];
  readonly tries: unknown[] = [];
  types: EditorTypes;
  tried: readonly TriedView[] = [];
  frozen: readonly FrozenTrainInfo[] = [];
  /** Called after a save, as a yard would load it. */
  saved: (path: string) => void = () => {};

  constructor(files: Readonly<Record<string, string>>, types: EditorTypes) {
    this.files = new Map(Object.entries(files));
    this.types = types;
  }

  readonly answer = ({ method, path, header, body }: Asked): Answer | undefined => {
    if (path === 'api/types') return { json: this.types };
    if (path === 'api/files') return { json: [...this.files].map(([path, text]): EditFile => ({ path, bytes: text.length, used: path === 'views.ts' })) };
    if (path === 'api/frozen') return { json: this.frozen };
    if (path === 'api/frozen/try') {
      this.tries.push(JSON.parse(body));
      return { json: this.tried };
    }
    if (!path.startsWith('api/files/')) return undefined;
    const name = decodeURIComponent(path.slice('api/files/'.length));
    const there = this.files.get(name);
    if (method === 'GET') return there === undefined ? { status: 404, json: { code: 'NOT_FOUND', message: `There is no file ${name} here.` } } : { text: there, headers: { 'x-hash': hashOf(there) } };
    const hash = header('x-hash');
    this.puts.push({ path: name, hash, text: body });
    if (hash !== (there === undefined ? undefined : hashOf(there))) return { status: 409, json: { code: 'CONFLICT', message: `${name} was changed by somebody else since it was opened.` } };
    this.files.set(name, body);
    setTimeout(() => this.saved(name), 50);
    return { json: { path: name, hash: hashOf(body) }, headers: { 'x-hash': hashOf(body) } };
  };
}

/** As little of `@trainyard/core` as a view needs; the paths are those of the tree. */
export function fewTypes(paths: Readonly<Record<string, string>>): EditorTypes {
  return {
    files: {
      'file:///node_modules/@trainyard/core/package.json': JSON.stringify({ name: '@trainyard/core', type: 'module', exports: { '.': { types: './index.d.ts' } } }),
      'file:///node_modules/@trainyard/core/index.d.ts': `export interface DataPaths {}
export interface Image { sum(): number; mean(): number; slice(text: string): Image }
type In<P> = { [K in keyof P]: P[K] extends keyof DataPaths ? DataPaths[P[K]] : unknown };
export declare const view: {
  scalar<const P extends Record<string, keyof DataPaths>>(inputs: P, of: (inputs: In<P>) => number): { kind: 'scalar' };
};`,
    },
    sources: `import type { Image } from '@trainyard/core';\ndeclare module '@trainyard/core' {\n  interface DataPaths {\n${Object.entries(paths).map(([path, type]) => `    ${JSON.stringify(path)}: ${type};`).join('\n')}\n  }\n}\n`,
    snippets: [{ name: 'total', title: 'A total', text: "// A total\nimport { view } from '@trainyard/core';\n\nexport const total = view.scalar({ image: 'karabo#A/CAM/1:output[data.image]' }, ({ image }) => image.sum());\n" }],
  };
}
