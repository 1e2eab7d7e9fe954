import { YardError } from '@trainyard/core';

/** Which modules and tiles are meant, as `start:stop:step` or a number; all where it is left out. */
export interface Selection {
  readonly modules?: string | number;
  readonly tiles?: string | number;
}

type Numbers = readonly number[];

/**
 * What holds for module m and tile t: one vector for all that are chosen, a list of one per module, or lists of one per tile of each. Undefined
 * for what is not chosen. Throws `GEOMETRY_SELECTION`.
 */
export function selected(modules: number, tiles: number, selection: Selection, given: Numbers | readonly Numbers[] | readonly (readonly Numbers[])[], what: string): (module: number, tile: number) => Numbers | undefined {
  const chosenModules = indices(selection.modules, modules, 'modules');
  const chosenTiles = indices(selection.tiles, tiles, 'tiles');
  const depth = depthOf(given);
  const fits = (list: readonly unknown[], wanted: number, of: string): void => {
    if (list.length !== wanted) throw new YardError('GEOMETRY_SELECTION', `There is a ${what} for each of ${list.length} ${of}, and ${wanted} are chosen.`);
  };
  if (depth >= 2) fits(given, chosenModules.length, 'modules');
  if (depth === 3) for (const list of given as readonly (readonly Numbers[])[]) fits(list, chosenTiles.length, 'tiles');
  return (module, tile) => {
    const [m, t] = [chosenModules.indexOf(module), chosenTiles.indexOf(tile)];
    if (m < 0 || t < 0) return undefined;
    if (depth === 1) return given as Numbers;
    return depth === 2 ? (given as readonly Numbers[])[m] : (given as readonly (readonly Numbers[])[])[m]![t];
  };
}

/** 1: one vector; 2: one per module; 3: one per module and tile. */
export function depthOf(given: Numbers | readonly Numbers[] | readonly (readonly Numbers[])[]): 1 | 2 | 3 {
  const [first] = given;
  if (!Array.isArray(first)) return 1;
  return Array.isArray(first[0]) ? 3 : 2;
}

function indices(range: string | number | undefined, length: number, of: string): number[] {
  if (range === undefined) return Array.from({ length }, (_, i) => i);
  if (typeof range === 'number') {
    if (!(Number.isInteger(range) && range >= 0 && range < length)) throw new YardError('GEOMETRY_SELECTION', `There is no number ${range} among ${length} ${of}, counted from 0.`);
    return [range];
  }
  const match = /^\s*(-?\d*)\s*:\s*(-?\d*)\s*(?::\s*(\d+)\s*)?$/.exec(range);
  const step = match?.[3] === undefined ? 1 : Number(match[3]);
  if (!match || step === 0) throw new YardError('GEOMETRY_SELECTION', `"${range}" is no choice of ${of}: write start:stop or start:stop:step, such as 0:4.`);
  const end = (text: string | undefined, otherwise: number): number => {
    if (text === undefined || text === '' || text === '-') return otherwise;
    const at = Number(text);
    return Math.min(length, Math.max(0, at < 0 ? at + length : at));
  };
  const [start, stop] = [end(match[1], 0), end(match[2], length)];
  return Array.from({ length: Math.max(0, Math.ceil((stop - start) / step)) }, (_, i) => start + i * step);
}
