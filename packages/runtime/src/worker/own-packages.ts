import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Every `@trainyard/*` that user code or a pack imports is this installation's own copy, wherever that code lies: one core,
 * one registry, one `NdArray` per worker. Packs installed in a store resolve from the folders given.
 */
export function useOwnPackages(packFolders: Readonly<Record<string, string>> = {}): void {
  registerHooks({
    resolve(specifier, context, next) {
      const name = specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
      const folder = Object.hasOwn(packFolders, name) ? packFolders[name] : undefined;
      if (folder === undefined && !specifier.startsWith('@trainyard/')) return next(specifier, context);
      const parentURL = folder === undefined ? import.meta.url : pathToFileURL(join(folder, 'package.json')).href;
      return next(specifier, { ...context, parentURL });
    },
  });
}
