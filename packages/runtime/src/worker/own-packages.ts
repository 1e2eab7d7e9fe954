import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ownFolders } from '../packs/find-packs.ts';

type PackFolders = Readonly<Record<string, string>>;

/** What has come into a thread from outside this installation. */
export interface OwnPackages {
  /** From now on packs resolve from these folders: package name -> folder. */
  use(packFolders: PackFolders): void;
  /** Modules of this installation that have been loaded, in that order: their URLs. */
  own(): string[];
  /** Files of modules that are not this installation's, also those that failed, and those that were asked for and are not there. */
  loaded(): string[];
}

/**
 * Every `@trainyard/*` that user code or a pack imports is this installation's own copy, wherever that code lies: one core,
 * one registry, one `NdArray` per worker. Packs installed in a store resolve from the folders given.
 */
export function useOwnPackages(packFolders: PackFolders = {}): OwnPackages {
  let folders = packFolders;
  const urls = new Set<string>();
  registerHooks({
    resolve(specifier, context, next) {
      const name = specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
      const folder = Object.hasOwn(folders, name) ? folders[name] : undefined;
      const ours = folder === undefined && specifier.startsWith('@trainyard/');
      try {
        if (folder === undefined && !ours) return next(specifier, context);
        return next(specifier, { ...context, parentURL: ours ? import.meta.url : pathToFileURL(join(folder!, 'package.json')).href });
      } catch (error) {
        // What is asked for and absent may come into being.
        if (specifier.startsWith('.') && context.parentURL?.startsWith('file:')) urls.add(new URL(specifier, context.parentURL).href);
        throw error;
      }
    },
    load(url, context, next) {
      urls.add(url);
      return next(url, context);
    },
  });
  const modules = (areOwn: boolean): string[] => {
    const own = ownFolders();
    const files = Array.from(urls).filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url));
    return files.filter((file) => own.some((folder) => file.startsWith(`${folder}/`)) === areOwn);
  };
  return {
    use: (given) => (folders = given),
    own: () => modules(true).map((file) => pathToFileURL(file).href),
    loaded: () => modules(false),
  };
}
