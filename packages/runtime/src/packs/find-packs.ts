import { existsSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A package of plugins that was found, not yet loaded. */
export interface FoundPack {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  /** The module that exports `plugins`. */
  readonly url: string;
  /** Comes with this installation. */
  readonly own: boolean;
}

/** Where `yard pack add` puts packs: one folder for each user, `$TRAINYARD_PACKS` for a shared one. */
export function packStore(): string {
  return process.env['TRAINYARD_PACKS'] ?? join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'trainyard', 'packs');
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly trainyard?: { readonly plugins?: string };
}

/** The packs of this installation, of the store, and linked beside the user's list; the nearer one wins. */
export function findPacks(folder: string = process.cwd()): FoundPack[] {
  const found = new Map<string, FoundPack>();
  for (const [modules, own] of [[join(folder, 'node_modules'), false], [join(packStore(), 'node_modules'), false], [ownModules(), true]] as const) {
    for (const pack of packsIn(modules, own)) if (!found.has(pack.name)) found.set(pack.name, pack);
  }
  return [...found.values()].sort((a, b) => Number(b.own) - Number(a.own) || a.name.localeCompare(b.name));
}

/** Names of the packages of this installation, packs or not. */
export function ownPackages(): string[] {
  const scope = join(ownModules(), '@trainyard');
  return existsSync(scope) ? readdirSync(scope).map((name) => `@trainyard/${name}`) : [];
}

/** The node_modules that holds `@trainyard/core`: this installation's. */
function ownModules(): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    const modules = join(at, 'node_modules');
    if (existsSync(join(modules, '@trainyard', 'core', 'package.json'))) return modules;
    if (dirname(at) === at) return modules;
  }
}

function packsIn(modules: string, own: boolean): FoundPack[] {
  if (!existsSync(modules)) return [];
  const names = readdirSync(modules).flatMap((entry) => (entry.startsWith('@') ? readdirSync(join(modules, entry)).map((inner) => `${entry}/${inner}`) : [entry]));
  return names.flatMap((name) => {
    const file = join(modules, name, 'package.json');
    if (name.startsWith('.') || !existsSync(file)) return [];
    const text = readFileSync(file, 'utf8');
    // Most packages are not ours: a look at the text spares parsing thousands of manifests.
    if (!text.includes('"trainyard"')) return [];
    let manifest: Manifest;
    try {
      manifest = JSON.parse(text) as Manifest;
    } catch {
      return [];
    }
    const plugins = manifest.trainyard?.plugins;
    if (plugins === undefined) return [];
    const folder = realpathSync(join(modules, name));
    return [{ name, version: manifest.version ?? '0.0.0', folder, url: moduleUrl(folder, plugins), own }];
  });
}

/** Run from the sources, our own packs are too: one copy of core, not two. */
function moduleUrl(folder: string, plugins: string): string {
  const source = join(folder, plugins.replace(/^\.?\/?dist\//, 'src/').replace(/\.js$/, '.ts'));
  const fromSources = import.meta.url.endsWith('.ts') && existsSync(source);
  return pathToFileURL(fromSources ? source : join(folder, plugins)).href;
}
