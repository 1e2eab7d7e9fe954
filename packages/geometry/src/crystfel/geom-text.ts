import { YardError } from '@trainyard/core';

/** What a `.geom` file says of one panel: every value as text, those said before it for all panels included. */
export type PanelText = Readonly<Record<string, string>>;

/** A `.geom` file taken apart: nothing of it is understood yet. */
export interface GeomText {
  /** In the order of the file. */
  readonly panels: ReadonlyMap<string, PanelText>;
  readonly bad: ReadonlyMap<string, PanelText>;
  /** What holds for the whole file: photon energy, rigid groups, anything without a panel. */
  readonly global: PanelText;
}

/** So long may a line be, and so many may there be: a file is no more than what describes a detector. */
const MAX_CHARACTERS = 50_000_000;

/**
 * Takes the text of a CrystFEL geometry apart: `key = value` for all panels that follow, `panel/key = value` for one, `bad.../key` for a bad region;
 * what follows `;` is a comment. Throws `GEOMETRY_GEOM` with the line.
 */
export function readGeomText(text: string): GeomText {
  if (text.length > MAX_CHARACTERS) throw new YardError('GEOMETRY_GEOM', `The file has ${text.length} characters: it is no .geom file.`);
  const panels = new Map<string, Record<string, string>>();
  const bad = new Map<string, Record<string, string>>();
  const global = plain();
  for (const [i, line] of text.split('\n').entries()) {
    const said = line.replace(/;.*$/, '').trim();
    if (said === '') continue;
    const match = /^(?:([^/=\s]+)\s*\/)?\s*([^=\s/]+)\s*=\s*(.*)$/.exec(said);
    if (!match) throw new YardError('GEOMETRY_GEOM', `Line ${i + 1} of the .geom file is no "key = value": ${said.slice(0, 80)}`);
    const [, owner, key, value] = match as unknown as [string, string | undefined, string, string];
    if (owner === undefined) {
      global[key] = value;
      continue;
    }
    const kind = owner.startsWith('bad') ? bad : panels;
    let own = kind.get(owner);
    // A panel has what was said for all before its first line.
    if (!own) kind.set(owner, (own = kind === panels ? Object.assign(plain(), global) : plain()));
    own[key] = value.trim();
  }
  return { panels, bad, global };
}

/** Names come from a file: none of them is a method of objects. */
function plain(): Record<string, string> {
  return Object.create(null) as Record<string, string>;
}
