import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The parts of a `package.json` that the tools look at. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** One package of this repository. */
export interface WorkspacePackage {
  /** The folder's own name, which is what the table of layers uses: `core`, `roi`, `cli`. */
  readonly short: string;
  readonly kind: 'packages' | 'plugins' | 'apps';
  readonly folder: string;
  readonly manifest: Manifest;
}

/** The root of this checkout. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

/** All packages below a root, sorted by kind and name. */
export function workspacePackages(at: string = root): WorkspacePackage[] {
  return (['packages', 'plugins', 'apps'] as const).flatMap((kind) =>
    (existsSync(join(at, kind)) ? readdirSync(join(at, kind)).sort() : [])
      .filter((short) => existsSync(join(at, kind, short, 'package.json')))
      .map((short) => ({ short, kind, folder: join(at, kind, short), manifest: JSON.parse(readFileSync(join(at, kind, short, 'package.json'), 'utf8')) as Manifest })),
  );
}

/** Every file below a folder whose name passes, without `node_modules` and `dist`. */
export function filesBelow(folder: string, passes: (name: string) => boolean): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => a.name.localeCompare(b.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return ['node_modules', 'dist', '.nx'].includes(entry.name) ? [] : filesBelow(path, passes);
      return passes(entry.name) ? [path] : [];
    });
}

/** A path as messages show it. */
export function shown(path: string, from: string = root): string {
  return relative(from, path) || '.';
}
