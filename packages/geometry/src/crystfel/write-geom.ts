import { YardError } from '@trainyard/core';
import type { Geometry } from '../geometry.ts';
import type { Vector } from '../tile.ts';
import type { BadRegion, CrystfelExtras } from './read-geom.ts';

export interface WriteGeomOptions {
  /** The axes of the data that the file describes; without `modno` modules lie one below the other. */
  readonly dims?: readonly ('frame' | 'modno' | 'ss' | 'fs')[];
  /** Where the file says otherwise, or nothing. */
  readonly data?: string;
  readonly mask?: string;
  /** As CrystFEL reads them: a number, a number with its unit, or a path. */
  readonly photonEnergy?: string | number;
  readonly clen?: string | number;
  readonly aduPerEv?: string | number;
}

const UNKNOWN = '; not known: set it before use';

/** The text of a CrystFEL `.geom` file. What a file that was read says besides the tiles is written again. Throws `GEOMETRY_GEOM`. */
export function writeGeom(geometry: Geometry, options: WriteGeomOptions = {}): string {
  const { dims = ['frame', 'modno', 'ss', 'fs'] } = options;
  if (!['frame', 'ss', 'fs'].every((dim) => dims.includes(dim as 'ss'))) throw new YardError('GEOMETRY_GEOM', 'The axes of the data are frame, ss and fs, with modno where modules have an axis of their own.');
  const flat = !dims.includes('modno');
  const known: Partial<CrystfelExtras> = geometry.extras.crystfel ?? {};
  const { layout, modules } = geometry;
  const said = (key: string, value: string | number | undefined): string => (value === undefined ? `; ${key} = ${UNKNOWN}` : `${key} = ${value}`);
  const lines = [
    `; ${layout.name}, written by Trainyard`,
    `data = ${options.data ?? known.data ?? '/entry_1/instrument_1/detector_1/data'}`,
    ...((options.mask ?? known.mask) === undefined ? [] : [`mask = ${options.mask ?? known.mask}`]),
    ...dims.flatMap((dim, i) => (dim === 'frame' ? [`dim${i} = %`] : [])),
    `res = ${decimal(1 / layout.pixelSize)} ; pixels per metre`,
    said('photon_energy', options.photonEnergy ?? known.photon_energy),
    said('clen', options.clen ?? known.clen),
    said('adu_per_eV', options.aduPerEv ?? known.adu_per_eV),
    '',
    ...(known.bad ?? []).flatMap((region) => badLines(region, flat ? layout.module[0] : undefined)),
    ...Object.entries(groupsOf(geometry, known.groups)).map(([name, members]) => `${name} = ${members.join(',')}`),
    '',
  ];
  for (const [m, tiles] of modules.entries()) {
    for (const [t, tile] of tiles.entries()) {
      const { ss: row, fs: column } = layout.places[t]!;
      const ss = row + (flat ? m * layout.module[0] : 0);
      const name = `p${m}a${t}`;
      const pixels = (v: Vector): Vector => [v[0] / layout.pixelSize, v[1] / layout.pixelSize, v[2] / layout.pixelSize];
      const [x, y] = pixels(tile.corner);
      lines.push(
        ...dims.flatMap((dim, i) => (dim === 'frame' ? [] : [`${name}/dim${i} = ${dim === 'modno' ? m : dim}`])),
        `${name}/min_fs = ${column}`, `${name}/min_ss = ${ss}`, `${name}/max_fs = ${column + tile.fsPixels - 1}`, `${name}/max_ss = ${ss + tile.ssPixels - 1}`,
        `${name}/fs = ${along(pixels(tile.fs))}`, `${name}/ss = ${along(pixels(tile.ss))}`,
        `${name}/corner_x = ${decimal(x)}`, `${name}/corner_y = ${decimal(y)}`, `${name}/coffset = ${decimal(tile.corner[2])}`, '',
      );
    }
  }
  return lines.join('\n');
}

/** Modules and quadrants move as one, unless the file that was read says otherwise. */
function groupsOf({ modules, layout }: Geometry, known: CrystfelExtras['groups'] = {}): Readonly<Record<string, readonly string[]>> {
  if (Object.keys(known).length) return known;
  const panels = modules.map((tiles, m) => tiles.map((_, t) => `p${m}a${t}`));
  const groups: Record<string, string[]> = Object.fromEntries(panels.map((of, m) => [`rigid_group_p${m}`, of]));
  groups['rigid_group_collection_modules'] = panels.map((_, m) => `p${m}`);
  if (layout.quadrants > 1) {
    const each = modules.length / layout.quadrants;
    for (let q = 0; q < layout.quadrants; q++) groups[`rigid_group_q${q}`] = panels.slice(q * each, (q + 1) * each).flat();
    groups['rigid_group_collection_quads'] = Array.from({ length: layout.quadrants }, (_, q) => `q${q}`);
  }
  return groups;
}

function badLines({ name, panel, limits }: BadRegion, moduleRows: number | undefined): string[] {
  const down = moduleRows === undefined || panel === undefined ? 0 : Number(/^p(\d+)a/.exec(panel)?.[1] ?? 0) * moduleRows;
  return [...(panel === undefined ? [] : [`${name}/panel = ${panel}`]), ...Object.entries(limits).map(([key, value]) => `${name}/${key} = ${key.endsWith('_ss') ? value + down : value}`), ''];
}

function along(v: Vector): string {
  return v.map((part, i) => `${part < 0 || Object.is(part, -0) ? '-' : '+'}${decimal(Math.abs(part))}${'xyz'[i]}`).filter((_, i) => i < 2 || v[2] !== 0).join(' ');
}

/** A number that reads back as itself, never with an exponent. */
function decimal(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text;
  const [digits, power] = text.split('e') as [string, string];
  const places = -Number(power) + (digits.split('.')[1]?.length ?? 0);
  return places > 0 ? value.toFixed(Math.min(100, places)) : BigInt(value).toString();
}
