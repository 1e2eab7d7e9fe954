import { YardError } from './problem.ts';

/**
 * The string that names an input, in EXtra-metro's grammar:
 * `karabo#SOURCE:channel[key.path]`, `karabo#SOURCE[key.path]`, `karabo#DEVICE.property`,
 * `stack#frame`, `view#name`, `view#group/name`, `internal#train_id`. `{param}` stands for a parameter's value.
 */
export type DataPath =
  | { readonly kind: 'karabo'; readonly source: string; readonly key: string }
  | { readonly kind: 'stack'; readonly key: string }
  | { readonly kind: 'view'; readonly name: string }
  | { readonly kind: 'internal'; readonly key: string };

const HELP =
  'A data path looks like karabo#SOURCE:channel[key.path], karabo#DEVICE.property, stack#frame, view#name or internal#train_id.';

/** Reads a data path; throws `PATH_SYNTAX` that says what a path looks like. */
export function parseDataPath(text: string): DataPath {
  const hash = text.indexOf('#');
  const kind = hash < 0 ? 'karabo' : text.slice(0, hash);
  const rest = (hash < 0 ? text : text.slice(hash + 1)).trim();
  if (rest === '') throw new YardError('PATH_SYNTAX', `"${text}" names nothing. ${HELP}`);
  switch (kind) {
    case 'karabo':
      return parseKarabo(text, rest);
    case 'view':
      return { kind, name: rest };
    case 'stack':
    case 'internal': {
      const known = kind === 'stack' ? 'frame' : 'train_id';
      if (rest !== known) throw new YardError('PATH_SYNTAX', `"${text}" is not known: the only path of this kind is ${kind}#${known}.`);
      return { kind, key: rest };
    }
    default:
      throw new YardError('PATH_SYNTAX', `"${text}" begins with "${kind}#", which is no kind of path. ${HELP}`);
  }
}

function parseKarabo(text: string, rest: string): DataPath {
  const bracket = /^([^[\]]+)\[([^[\]]+)\]$/.exec(rest);
  if (bracket) return { kind: 'karabo', source: bracket[1]!.trim(), key: bracket[2]!.trim() };
  // A device's name ends at the first dot after its last slash: DOMAIN/TYPE/MEMBER.property.path
  const dot = rest.indexOf('.', rest.lastIndexOf('/') + 1);
  if (dot <= 0 || dot === rest.length - 1 || /[[\]]/.test(rest)) throw new YardError('PATH_SYNTAX', `"${text}" names no key. ${HELP}`);
  return { kind: 'karabo', source: rest.slice(0, dot), key: rest.slice(dot + 1) };
}

/** The canonical text of a path: equal paths have equal texts. */
export function formatDataPath(path: DataPath): string {
  switch (path.kind) {
    case 'karabo':
      return path.source.includes(':') ? `karabo#${path.source}[${path.key}]` : `karabo#${path.source}.${path.key}`;
    case 'view':
      return `view#${path.name}`;
    default:
      return `${path.kind}#${path.key}`;
  }
}

/** Fills `{name}` with the parameters' values; throws `PATH_TEMPLATE` for a name that is not among them. */
export function fillTemplate(text: string, values: Readonly<Record<string, unknown>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (typeof value !== 'string' && typeof value !== 'number') {
      const known = Object.keys(values);
      throw new YardError('PATH_TEMPLATE', `"${text}" needs the parameter "${name}"; here are ${known.length ? known.join(', ') : 'no parameters'}.`);
    }
    return String(value);
  });
}

/** The names of the parameters that a path's template takes. */
export function templateNames(text: string): string[] {
  return Array.from(text.matchAll(/\{(\w+)\}/g), (match) => match[1]!);
}
