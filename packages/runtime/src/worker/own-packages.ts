import { registerHooks } from 'node:module';

/**
 * Every `@trainyard/*` that user code or a pack imports is this installation's own copy, wherever that code lies: one core,
 * one registry, one `NdArray` per worker. Packs installed in a store resolve from the folders given.
 */
export function useOwnPackages(packFolders: Readonly<Record<string, string>> = {}): void {
  registerHooks({
    resolve(specifier, context, next) {
      if (!specifier.startsWith('@trainyard/')) return next(specifier, context);
      const name = specifier.split('/').slice(0, 2).join('/');
      const folder = packFolders[name];
      const parentURL = folder === undefined ? import.meta.url : new URL(`${folder.replace(/\/$/, '')}/package.json`, 'file:').href;
      return next(specifier, { ...context, parentURL });
    },
  });
}
