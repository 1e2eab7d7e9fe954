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
  /** Its `package.json` as it was found, by way of the link where it is linked. */
  readonly manifest: string;
  /** Comes with this installation. */
  readonly own: boolean;
  /** Why it cannot be loaded, where its manifest alone says so. */
  readonly error?: string;
}

/** Where `yard pack add` puts packs: one folder for each user, `$TRAINYARD_PACKS` for a shared one. */
export function packStore(): string {
  return process.env['TRAINYARD_PACKS'] ?? join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'trainyard', 'packs');
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly trainyard?: { readonly plugins?: unknown };
}

/** The packs of this installation, of the store, and linked beside the user's list; the nearer one wins. */
export function findPacks(folder: string = process.cwd()): FoundPack[] {
  const found = new Map<string, FoundPack>();
  const ours = ownModules();
  for (const modules of new Set([join(folder, 'node_modules'), join(packStore(), 'node_modules'), ours])) {
    const own = modules === ours;
    for (const pack of packsIn(modules, own)) if (!found.has(pack.name)) found.set(pack.name, pack);
  }
  return [...found.values()].sort((a, b) => Number(b.own) - Number(a.own) || a.name.localeCompare(b.name));
}

/** Names of the packages of this installation, packs or not. */
export function ownPackages(): string[] {
  const scope = join(ownModules(), '@trainyard');
  return existsSync(scope) ? readdirSync(scope).map((name) => `@trainyard/${name}`) : [];
}

/** Where the code of this installation lies: its packages, from the checkout or installed, and what they need. */
export function ownFolders(): string[] {
  const modules = ownModules();
  return [modules, ...ownPackages().map((name) => realpathSync(join(modules, name)))];
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
  const names = foldersIn(modules).flatMap((entry) => (entry.startsWith('@') ? foldersIn(join(modules, entry)).map((inner) => `${entry}/${inner}`) : [entry]));
  return names.flatMap((name) => {
    const file = join(modules, name, 'package.json');
    if (name.startsWith('.') || !existsSync(file)) return [];
    const folder = realpathSync(join(modules, name));
    const broken = (error: string): FoundPack[] => [{ name, version: '0.0.0', folder, url: pathToFileURL(file).href, manifest: file, own, error }];
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      return broken((error as Error).message);
    }
    // Most packages are not ours: a look at the text spares parsing thousands of manifests.
    if (!text.includes('"trainyard"')) return [];
    let manifest: Manifest;
    try {
      manifest = JSON.parse(text) as Manifest;
    } catch (error) {
      return broken(`its package.json is no JSON: ${(error as Error).message}`);
    }
    const plugins = manifest.trainyard?.plugins;
    if (plugins === undefined) return [];
    if (typeof plugins !== 'string') return broken('"trainyard": { "plugins": ... } in its package.json must name the module that exports its plugins');
    return [{ name, version: manifest.version ?? '0.0.0', folder, url: moduleUrl(folder, plugins), manifest: file, own }];
  });
}

function foldersIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() || entry.isSymbolicLink() ? [entry.name] : []));
}

/** Run from the sources, our own packs are too: one copy of core, not two. */
function moduleUrl(folder: string, plugins: string): string {
  const source = join(folder, plugins.replace(/^\.?\/?dist\//, 'src/').replace(/\.js$/, '.ts'));
  const fromSources = import.meta.url.endsWith('.ts') && existsSync(source);
  return pathToFileURL(fromSources ? source : join(folder, plugins)).href;
}
