import { YardError } from './problem.ts';

/**
 * The string that names an input, in EXtra-metro's grammar:
 * `karabo#SOURCE:channel[key.path]`, `karabo#SOURCE[key.path]`, `karabo#DEVICE.property`,
 * `stack#frame`, `view#name`, `view#group/name`, `internal#train_id`. `{param}` stands for a parameter's value.
 * Without a kind a path is `karabo#`, and a bare word is a view's name.
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
  const kind = hash >= 0 ? text.slice(0, hash).trim() : /^[\w-]+$/.test(text.trim()) ? 'view' : 'karabo';
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
  const [, source, key] = /^([^[\]]+)\[([^[\]]+)\]$/.exec(rest)?.map((part) => part.trim()) ?? [];
  if (source && key) return { kind: 'karabo', source, key };
  // A device's name ends at the first dot after its last slash: DOMAIN/TYPE/MEMBER.property.path
  const dot = rest.indexOf('.', rest.lastIndexOf('/') + 1);
  if (dot <= 0 || dot === rest.length - 1 || /[[\]]/.test(rest) || rest[dot - 1] === '/') throw new YardError('PATH_SYNTAX', `"${text}" names no key. ${HELP}`);
  return { kind: 'karabo', source: rest.slice(0, dot), key: rest.slice(dot + 1) };
}

/** The canonical text of a path: equal paths have equal texts. */
export function formatDataPath(path: DataPath): string {
  switch (path.kind) {
    case 'karabo':
      // With dots only where that reads back as the same path.
      return path.source.includes(':') || path.source.includes('.', path.source.lastIndexOf('/') + 1) || path.key.includes('/') ? `karabo#${path.source}[${path.key}]` : `karabo#${path.source}.${path.key}`;
    case 'view':
      return `view#${path.name}`;
    default:
      return `${path.kind}#${path.key}`;
  }
}

/** Fills `{name}` with the parameters' values; throws `PATH_TEMPLATE` for a name that is not among them. */
export function fillTemplate(text: string, values: Readonly<Record<string, unknown>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) {
      const known = Object.keys(values);
      throw new YardError('PATH_TEMPLATE', `"${text}" needs the parameter "${name}"; here are ${known.length ? known.join(', ') : 'no parameters'}.`);
    }
    if (typeof value !== 'string' && typeof value !== 'number') throw new YardError('PATH_TEMPLATE', `"${text}" takes the parameter "${name}", which must be a text or a number, not ${JSON.stringify(value)}.`);
    return String(value);
  });
}

/** The names of the parameters that a path's template takes. */
export function templateNames(text: string): string[] {
  return Array.from(text.matchAll(/\{(\w+)\}/g), (match) => match[1]!);
}
