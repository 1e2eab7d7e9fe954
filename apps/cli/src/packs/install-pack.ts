import { chmodSync, existsSync, mkdirSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { YardError } from '@trainyard/core';
import { findPacks, packStore } from '@trainyard/runtime';
import type { PackedFile } from './tarball.ts';

export interface PackManifest {
  readonly name: string;
  readonly version: string;
}

interface RawManifest {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly trainyard?: { readonly plugins?: unknown };
  readonly dependencies?: Readonly<Record<string, string>>;
}

/**
 * Puts a pack's files into the store, whole or not at all; a pack of the same name is replaced. `@trainyard/*` is this
 * installation's own, every other dependency must come with the pack.
 *
 * Errors: PACK_FORM (no pack), PACK_DEPENDENCY, PACK_STORE.
 */
export function installPack(files: readonly PackedFile[], from: string): PackManifest {
  const { name, version, dependencies } = readManifest(files, from);
  const own = new Set(findPacks().map((pack) => pack.name));
  for (const dependency of dependencies) {
    if (files.some((file) => file.path === `node_modules/${dependency}/package.json`)) continue;
    if (dependency.startsWith('@trainyard/')) {
      if (own.has(dependency) || isOurs(dependency)) continue;
      throw new YardError('PACK_DEPENDENCY', `${name} needs the pack ${dependency}, which is not installed: add that one first.`);
    }
    throw new YardError('PACK_DEPENDENCY', `${name} needs ${dependency}, which it does not bring along: whoever packs it adds "bundleDependencies": ["${dependency}"] to its package.json, runs npm install and npm pack again, or bundles it into its code.`);
  }
  const modules = join(packStore(), 'node_modules');
  const target = join(modules, name);
  const part = join(modules, `.adding-${process.pid}`);
  const old = join(modules, `.old-${process.pid}`);
  try {
    rmSync(part, { recursive: true, force: true });
    for (const { path, data, executable } of files) {
      const file = join(part, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, data);
      if (executable) chmodSync(file, 0o755);
    }
    mkdirSync(dirname(target), { recursive: true });
    if (existsSync(target)) renameSync(target, old);
    renameSync(part, target);
  } catch (error) {
    throw new YardError('PACK_STORE', `The pack cannot be written to ${modules}: ${(error as Error).message}. TRAINYARD_PACKS names another folder.`);
  } finally {
    rmSync(part, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
  return { name, version };
}

/**
 * Links a pack's folder into the store, so that what is saved in it is what runs; a pack of the same name is replaced. What it needs it finds
 * beside itself.
 *
 * Errors: PACK_FORM (no pack), PACK_STORE.
 */
export function linkPack(files: readonly PackedFile[], folder: string): PackManifest {
  const { name, version } = readManifest(files, folder);
  const modules = join(packStore(), 'node_modules');
  const target = join(modules, name);
  try {
    mkdirSync(dirname(target), { recursive: true });
    rmSync(target, { recursive: true, force: true });
    symlinkSync(realpathSync(folder), target);
  } catch (error) {
    throw new YardError('PACK_STORE', `The pack cannot be linked in ${modules}: ${(error as Error).message}. TRAINYARD_PACKS names another folder.`);
  }
  return { name, version };
}

/** Removes a pack from the store; of one that is linked, the link. Errors: PACK_UNKNOWN for one that is not in it. */
export function removePack(name: string, didYouMean: (names: readonly string[]) => string): void {
  const modules = resolve(packStore(), 'node_modules');
  const packs = findPacks(packStore());
  const found = packs.find((pack) => pack.name === name);
  const inStore = isName(name) && existsSync(join(modules, name, 'package.json'));
  if (!inStore) {
    const there = packs.filter((pack) => !pack.own).map((pack) => pack.name);
    throw new YardError('PACK_UNKNOWN', found?.own ? `${name} is part of this installation; it cannot be removed.` : `No pack "${name}" was added.${didYouMean(there)}${there.length ? ` Added are ${there.join(', ')}.` : ''}`);
  }
  rmSync(join(modules, name), { recursive: true, force: true });
}

function readManifest(files: readonly PackedFile[], from: string): PackManifest & { dependencies: string[] } {
  const file = files.find((one) => one.path === 'package.json');
  if (!file) throw new YardError('PACK_FORM', `${from} holds no package.json: it is no package.`);
  let manifest: RawManifest;
  try {
    manifest = JSON.parse(file.data.toString('utf8')) as RawManifest;
  } catch (error) {
    throw new YardError('PACK_FORM', `The package.json of ${from} cannot be read: ${(error as Error).message}`);
  }
  const { name, version, trainyard, dependencies = {} } = manifest;
  if (typeof name !== 'string' || !isName(name)) throw new YardError('PACK_FORM', `The package.json of ${from} has no proper "name".`);
  const plugins = trainyard?.plugins;
  if (typeof plugins !== 'string') throw new YardError('PACK_FORM', `${name} is no pack: its package.json does not say "trainyard": { "plugins": "./dist/plugins.js" }.`);
  const path = plugins.replace(/^\.\//, '');
  if (!files.some((one) => one.path === path)) throw new YardError('PACK_FORM', `${name} names its plugins in ${plugins}, but holds no such file${path.startsWith('dist/') ? ': build it before it is packed' : ''}.`);
  return { name, version: typeof version === 'string' ? version : '0.0.0', dependencies: Object.keys(dependencies) };
}

/** npm's rule for names; what it lets through is also a safe folder. */
function isName(name: string): boolean {
  return name.length <= 214 && /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/.test(name) && name !== 'node_modules';
}

function isOurs(name: string): boolean {
  try {
    import.meta.resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}
