import { mkdirSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown, type RolldownBuild } from 'rolldown';
import type { Where } from '@trainyard/core';

/** A user's file and what it imports, as one module that a worker can load. */
export interface Bundle {
  /** The file: URL of the built module. */
  readonly url: string;
  /** The user's files in it, absolute: what is watched, and where an error may be theirs. */
  readonly files: readonly string[];
  /** What it imports from outside: packages that are not bundled in. */
  readonly outside: readonly string[];
}

/** Texts that take the place of files, by absolute path: what somebody tries and has not saved. */
export type Unsaved = ReadonlyMap<string, string>;
export const NOTHING_UNSAVED: Unsaved = new Map();

/** A file that does not compile: said at the user's line. */
export class BundleError extends Error {
  readonly code = 'VIEWS_COMPILE';
  readonly where: Where;
  /** Files to watch for the mend. */
  readonly files: readonly string[];
  constructor(message: string, where: Where, files: readonly string[]) {
    super(message);
    this.where = where;
    this.files = files;
  }
}

/**
 * Compiles a views file with our own settings, wherever it lies: no node_modules or tsconfig is needed there.
 * `@trainyard/*` stays outside: the worker gives it this installation's copy (`own-packages.ts`).
 */
export async function bundleViews(file: string, outFolder: string, unsaved: Unsaved = NOTHING_UNSAVED): Promise<Bundle> {
  const entry = resolve(file);
  let build: RolldownBuild | undefined;
  try {
    build = await rolldown({
      input: entry,
      cwd: dirname(entry),
      platform: 'node',
      external: (id) => id.startsWith('@trainyard/') || id.startsWith('node:'),
      tsconfig: false,
      transform: { decorator: { legacy: true }, target: 'es2024' },
      treeshake: false,
      logLevel: 'silent',
      ...(unsaved.size > 0 && { plugins: [{ name: 'unsaved', load: (id) => unsaved.get(id) ?? null }] }),
    });
    const { output } = await build.generate({ format: 'esm', sourcemap: true, codeSplitting: false, minify: false });
    const chunk = output[0];
    mkdirSync(outFolder, { recursive: true });
    // Two files of a list may have the same name.
    const path = join(outFolder, `${basename(entry).replace(/\.[^.]+$/, '')}-${createHash('sha256').update(entry).digest('hex').slice(0, 8)}.mjs`);
    const map = chunk.map ? { ...chunk.map, sources: chunk.map.sources.map((source) => pathToFileURL(resolve(outFolder, absoluteSource(source, entry))).href) } : undefined;
    const tail = map ? `\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}\n` : '\n';
    writeFileSync(path, chunk.code.replace(/\n\/\/# sourceMappingURL=.*\n?$/, '') + tail);
    return { url: pathToFileURL(path).href, files: chunk.moduleIds.filter(isUserFile), outside: chunk.imports };
  } catch (error) {
    throw asBundleError(error, entry);
  } finally {
    await build?.close();
  }
}

/** rolldown writes sources relative to the (virtual) output; the user's file must come out absolute. */
function absoluteSource(source: string, entry: string): string {
  return isAbsolute(source) ? source : resolve(dirname(entry), source.startsWith('../') ? join('x', source) : source);
}

function isUserFile(id: string): boolean {
  return isAbsolute(id) && !id.includes(`${'/'}node_modules/`);
}

interface RolldownFailure {
  readonly message: string;
  readonly errors?: readonly { readonly message: string; readonly id?: string; readonly loc?: { readonly file?: string; readonly line: number; readonly column: number }; readonly pos?: number }[];
}

function asBundleError(error: unknown, entry: string): BundleError {
  const failure = error as RolldownFailure;
  const first = failure.errors?.[0];
  const text = stripColours(first?.message ?? failure.message);
  const place = /\[\s*([^\s[\]]+):(\d+):(\d+)\s*\]/.exec(text);
  const file = resolve(dirname(entry), first?.loc?.file ?? first?.id ?? place?.[1] ?? entry);
  const line = first?.loc?.line ?? (place ? Number(place[2]) : undefined);
  const column = first?.loc ? first.loc.column + 1 : place ? Number(place[3]) : undefined;
  const message = text.split('\n').map((row) => row.trim()).find((row) => row !== '' && !/^Build failed|^[╭│╰─]/.test(row)) ?? text;
  const where: Where = { file, ...(line !== undefined && { line }), ...(column !== undefined && { column }) };
  const absent = /Could not resolve '(\.[^']+)'/.exec(text)?.[1];
  // What is not there may come under any name that the bundler would find.
  const files = [entry, file, ...(absent ? ['', '.ts', '.js', '.json'].map((ending) => resolve(dirname(file), absent) + ending) : [])];
  return new BundleError(message.replace(/^\[[A-Z_]+\]\s*(Error:\s*)?/, ''), where, [...new Set(files)]);
}

function stripColours(text: string): string {
  // oxlint-disable-next-line no-control-regex -- the escape character is what is removed
  return text.replace(/\u001b\[[0-9;]*m/g, '');
}
