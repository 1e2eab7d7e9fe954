import { YardError } from '@trainyard/core';
import { Geometry } from '../geometry.ts';
import type { Layout } from '../layout.ts';
import type { Tile, Vector } from '../tile.ts';
import { readGeomText, type PanelText } from './geom-text.ts';

/** A region that is bad: of one panel by its pixels, or of the whole detector by x and y in pixels. */
export interface BadRegion {
  readonly name: string;
  /** `p3a0`: tile 0 of module 3; absent where it holds for all. */
  readonly panel?: string;
  readonly by: 'pixels' | 'position';
  /** `min_ss`, `max_ss`, `min_fs`, `max_fs` counted in the module, or `min_x` and so on, as written. */
  readonly limits: Readonly<Record<string, number>>;
}

/** What a `.geom` file says besides the tiles. Texts as written: a photon energy may be a number, a number with its unit, or a path in the data file. */
export interface CrystfelExtras {
  readonly data?: string;
  readonly mask?: string;
  readonly photon_energy?: string;
  readonly clen?: string;
  readonly adu_per_eV?: string;
  readonly bad: readonly BadRegion[];
  /** Rigid groups and their collections by name, panels named as `p3a0`. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** What was passed over, in words. */
  readonly notes: readonly string[];
}

/**
 * A geometry from the text of a CrystFEL `.geom` file: panels are found by the part of the data that they describe, whatever they are called; modules
 * along an axis of their own or one below the other. Throws `GEOMETRY_GEOM` when a tile of the detector is not in it.
 */
export function readGeom(text: string, layout: Layout): Geometry {
  const { panels, bad, global } = readGeomText(text);
  const byPlace = new Map<string, { name: string; panel: PanelText }>();
  let most = -1;
  for (const [name, panel] of panels) {
    const { module, ss, fs } = placeOf(name, panel, layout);
    most = Math.max(most, module);
    byPlace.set(`${module}/${ss}/${fs}`, { name, panel });
  }
  const renamed = new Map<string, string>();
  const modules = Array.from({ length: layout.modules ?? most + 1 }, (_, m) => layout.places.map((place, t) => {
    const found = byPlace.get(`${m}/${place.ss}/${place.fs}`);
    if (!found) throw new YardError('GEOMETRY_GEOM', `The .geom file has no panel for module ${m}, slow scan ${place.ss}, fast scan ${place.fs} of ${layout.name}: is it of another detector?`);
    renamed.set(found.name, `p${m}a${t}`);
    return tileOf(found.name, found.panel);
  }));
  const first = byPlace.get('0/0/0')?.panel ?? {};
  const notes: string[] = [];
  const flat = !Object.entries(first).some(([key, value]) => /^dim\d+$/.test(key) && /^\d+$/.test(value));
  return new Geometry(layout, modules, {
    crystfel: {
      ...pick({ data: first['data'], mask: first['mask'], clen: first['clen'], adu_per_eV: first['adu_per_eV'], photon_energy: global['photon_energy'] }),
      bad: [...bad].flatMap(([name, region]) => badRegion(name, region, renamed, flat ? layout.module[0] : undefined, notes)),
      groups: Object.fromEntries(Object.entries(global).filter(([key]) => key.startsWith('rigid_group')).map(([key, value]) => [key, value.split(',').map((panel) => renamed.get(panel.trim()) ?? panel.trim())])),
      notes,
    },
  });
}

/** The module and the first pixel inside it that a panel describes. */
function placeOf(name: string, panel: PanelText, layout: Layout): { module: number; ss: number; fs: number } {
  const numbers = Object.entries(panel).filter(([key, value]) => /^dim\d+$/.test(key) && /^\d+$/.test(value));
  if (numbers.length > 1) throw new YardError('GEOMETRY_GEOM', `Panel ${name} has several numbered axes (${numbers.map(([key, value]) => `${key} = ${value}`).join(', ')}): only that of modules is known.`);
  const [ss, fs] = [numberOf(name, panel, 'min_ss'), numberOf(name, panel, 'min_fs')];
  if (numbers[0]) return { module: Number(numbers[0][1]), ss, fs };
  return { module: Math.floor(ss / layout.module[0]), ss: ss % layout.module[0], fs };
}

function tileOf(name: string, panel: PanelText): Tile {
  const res = numberOf(name, panel, 'res');
  const of = (key: string, otherwise?: number): number => numberOf(name, panel, key, otherwise);
  const scaled = (v: Vector): Vector => [v[0] / res, v[1] / res, v[2] / res];
  return {
    corner: [of('corner_x') / res, of('corner_y') / res, of('coffset', 0)],
    ss: scaled(direction(name, panel, 'ss')),
    fs: scaled(direction(name, panel, 'fs')),
    ssPixels: of('max_ss') - of('min_ss') + 1,
    fsPixels: of('max_fs') - of('min_fs') + 1,
  };
}

function numberOf(name: string, panel: PanelText, key: string, otherwise?: number): number {
  const value = panel[key];
  if (value === undefined && otherwise !== undefined) return otherwise;
  const number = value === undefined || value.trim() === '' ? NaN : Number(value);
  if (!Number.isFinite(number)) throw new YardError('GEOMETRY_GEOM', `Panel ${name} of the .geom file has ${value === undefined ? `no ${key}` : `${key} = ${value}, which is no number`}.`);
  return number;
}

/** `+0.0x -1.0y`, `-y`, `x`: sums of parts along x, y and z. */
function direction(name: string, panel: PanelText, key: string): Vector {
  const text = panel[key] ?? '';
  const parts = [...text.replace(/\s+/g, '').matchAll(/([+-]?)((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)?([xyz])/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text.replace(/\s+/g, '')) throw new YardError('GEOMETRY_GEOM', `Panel ${name} of the .geom file has ${key} = ${text}, which is no direction such as +0.0x -1.0y.`);
  const v: [number, number, number] = [0, 0, 0];
  for (const [, sign, size = '1', axis] of parts) v['xyz'.indexOf(axis!)]! += (sign === '-' ? -1 : 1) * Number(size);
  return v;
}

function badRegion(name: string, region: PanelText, renamed: ReadonlyMap<string, string>, moduleRows: number | undefined, notes: string[]): BadRegion[] {
  const { panel: written } = region;
  const by = 'min_ss' in region || 'min_fs' in region ? 'pixels' : 'position';
  const panel = written === undefined ? undefined : renamed.get(written);
  if (written !== undefined && panel === undefined) notes.push(`The bad region ${name} is of the panel ${written}, which there is not: passed over.`);
  if (written === undefined && by === 'pixels') notes.push(`The bad region ${name} counts pixels and names no panel: passed over.`);
  if (panel === undefined && (written !== undefined || by === 'pixels')) return [];
  const limits = Object.fromEntries(Object.keys(region).filter((key) => /^(?:min|max)_(?:ss|fs|x|y)$/.test(key)).map((key) => {
    const value = numberOf(name, region, key);
    return [key, moduleRows !== undefined && key.endsWith('_ss') ? value % moduleRows : value];
  }));
  return [{ name, by, limits, ...(panel !== undefined && { panel }) }];
}

function pick<T extends object>(values: { [K in keyof T]: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
