import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { didYouMean } from '@trainyard/core';
import { parse as parseToml } from 'smol-toml';
import { parse } from 'yaml';
import { ExdfError } from '../exdf-error.ts';

/** What an alias stands for: a source, or a key of one. */
export interface AliasTarget {
  readonly source: string;
  readonly key?: string;
}

/** By the plain form of the name: small letters, `-` for `_`. */
export type Aliases = ReadonlyMap<string, AliasTarget>;

/**
 * A file of aliases (`.yml`, `.yaml`, `.json`, `.toml`), or names: a source, a pair of source and key, or for a source the names of several of its keys, as
 * `{ xgm: 'SA1_XTD2_XGM/XGM/DOOCS', energy: ['SA3_XTD10_MONO/MDL/PHOTON_ENERGY', 'actualEnergy'] }`.
 */
export type AliasDefinition = string | { readonly [name: string]: string | readonly string[] | { readonly [name: string]: string } };

/** Aliases as they are compared: case does not matter, nor whether parts are joined by `_` or `-`. */
export function plainName(alias: string): string {
  return alias.toLowerCase().replaceAll('_', '-');
}

/** Adds definitions to known aliases. Errors: EXDF_ALIAS for a file that cannot be read, an entry of another form, two meanings of one name. */
export function addAliases(known: Aliases, definitions: readonly AliasDefinition[]): Aliases {
  return definitions.reduce((all, definition) => {
    const where = typeof definition === 'string' ? definition : 'aliases';
    return joinAliases(all, targets(typeof definition === 'string' ? readFile(definition) : definition, where), where);
  }, known);
}

/** Errors: EXDF_ALIAS for two meanings of one name. */
export function joinAliases(known: Aliases, more: Iterable<readonly [string, AliasTarget]>, where: string): Aliases {
  const all = new Map(known);
  for (const [name, target] of more) {
    const plain = plainName(name);
    const before = all.get(plain);
    if (before && (before.source !== target.source || before.key !== target.key)) throw new ExdfError('EXDF_ALIAS', where, `"${name}" stands for ${shown(before)} and for ${shown(target)}: give one of them another name`);
    all.set(plain, target);
  }
  return all;
}

/** Errors: EXDF_ALIAS with the nearest name. */
export function aliasTarget(aliases: Aliases, name: string): AliasTarget {
  const target = aliases.get(plainName(name));
  if (!target) throw new ExdfError('EXDF_ALIAS', name, aliases.size ? `There is no such alias.${didYouMean(plainName(name), aliases.keys())}` : 'This run has no aliases: give some with withAliases()');
  return target;
}

function* targets(definition: Exclude<AliasDefinition, string>, where: string): Generator<[string, AliasTarget]> {
  for (const [name, value] of Object.entries(definition)) {
    if (typeof value === 'string') yield [name, { source: value }];
    else if (isList(value)) {
      const [source, key] = value;
      if (value.length !== 2 || source === undefined || key === undefined) throw wrongForm(name, where);
      yield [name, { source: String(source), key: String(key) }];
    } else if (typeof value === 'object' && value !== null) {
      for (const [alias, key] of Object.entries(value)) {
        if (typeof key !== 'string') throw wrongForm(alias, where);
        yield [alias, { source: name, key }];
      }
    } else throw wrongForm(name, where);
  }
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value);
}

function readFile(path: string): Exclude<AliasDefinition, string> {
  const extension = extname(path).toLowerCase();
  if (!['.yml', '.yaml', '.json', '.toml'].includes(extension)) throw new ExdfError('EXDF_ALIAS', path, 'Aliases are read from .yml, .yaml, .json and .toml files');
  let parsed: unknown;
  try {
    const text = readFileSync(path, 'utf8');
    parsed = extension === '.toml' ? parseToml(text) : parse(text);
  } catch (error) {
    throw new ExdfError('EXDF_ALIAS', path, `The aliases cannot be read: ${(error as Error).message.split('\n')[0]!}`);
  }
  // An empty file has none.
  if (parsed === null || parsed === undefined) return {};
  if (typeof parsed !== 'object' || Array.isArray(parsed)) throw new ExdfError('EXDF_ALIAS', path, 'The file must have lines such as "sa1-xgm: SA1_XTD2_XGM/XGM/DOOCS"');
  return parsed as Exclude<AliasDefinition, string>;
}

function wrongForm(name: string, where: string): ExdfError {
  return new ExdfError('EXDF_ALIAS', where, `"${name}" must stand for a source, for [source, key], or hold names for keys of the source "${name}"`);
}

function shown({ source, key }: AliasTarget): string {
  return key === undefined ? source : `${source}[${key}]`;
}
