import type { ParameterState, ParameterValue, ViewState } from '@trainyard/control';
import type { Point } from '../image/turn.ts';

/** Regions as the numbers of their parameters: pixel edges, x counts columns, y rows. */
export type RegionType = 'rectangle' | 'circle' | 'ring' | 'polygon';
export type Numbers = readonly number[];

export interface Region {
  readonly parameter: ParameterState;
  readonly type: RegionType;
  readonly value: Numbers;
}

/** Where a region can be taken hold of: its corners and sides, its radii, its vertices. */
export interface Handle {
  readonly name: string;
  readonly at: Point;
}

const types: readonly string[] = ['rectangle', 'circle', 'ring', 'polygon'];

/** The parameters that lie on the picture of a view or raw key: those that name it, and those of its group that name none. */
export function regionsOn(parameters: readonly ParameterState[], id: string, view: ViewState | undefined): Region[] {
  return parameters.filter((p) => types.includes(p.type) && isNumbers(p.value) && liesOn(p, id, view)).map((parameter) => ({ parameter, type: parameter.type as RegionType, value: parameter.value as Numbers }));
}

function liesOn({ on, group }: ParameterState, id: string, view: ViewState | undefined): boolean {
  if (on === undefined) return view !== undefined && view.group === group;
  const name = on.startsWith('view#') ? on.slice('view#'.length) : on;
  return name === id || (view !== undefined && !name.includes('/') && view.name === name && (view.group === group || on !== name));
}

const isNumbers = (value: ParameterValue): value is Numbers => typeof value === 'object' && value.every((x) => Number.isFinite(x));

export function handlesOf(type: RegionType, value: Numbers): Handle[] {
  const [a, b, c, d] = value;
  switch (type) {
    case 'rectangle':
      return [['top left', a, b], ['top', (a + c) / 2, b], ['top right', c, b], ['right', c, (b + d) / 2], ['bottom right', c, d], ['bottom', (a + c) / 2, d], ['bottom left', a, d], ['left', a, (b + d) / 2]]
        .map(([name, x, y]) => ({ name: name as string, at: [x as number, y as number] }));
    case 'circle':
      return [{ name: 'radius', at: [a + c, b] }];
    case 'ring':
      return [{ name: 'inner radius', at: [a + c, b] }, { name: 'outer radius', at: [a, b + d] }];
    case 'polygon':
      return Array.from({ length: value.length / 2 }, (_, i) => ({ name: `corner ${i + 1}`, at: [value[2 * i], value[2 * i + 1]] }));
  }
}

/** The region with one handle put elsewhere. It stays a region: at least a pixel wide, the inner radius not beyond the outer one. */
export function withHandle(type: RegionType, value: Numbers, handle: number, [x, y]: Point): Numbers {
  const [a, b, c, d] = value;
  switch (type) {
    case 'rectangle': {
      const next = [a, b, c, d];
      if ([0, 6, 7].includes(handle)) next[0] = Math.min(Math.round(x), c - 1);
      if ([2, 3, 4].includes(handle)) next[2] = Math.max(Math.round(x), a + 1);
      if ([0, 1, 2].includes(handle)) next[1] = Math.min(Math.round(y), d - 1);
      if ([4, 5, 6].includes(handle)) next[3] = Math.max(Math.round(y), b + 1);
      return next;
    }
    case 'circle':
      return [a, b, halves(Math.max(0.5, Math.hypot(x - a, y - b)))];
    case 'ring': {
      const r = halves(Math.hypot(x - a, y - b));
      return handle === 0 ? [a, b, Math.min(r, d), d] : [a, b, c, Math.max(r, c, 0.5)];
    }
    case 'polygon':
      return value.map((number, i) => (i === 2 * handle ? halves(x) : i === 2 * handle + 1 ? halves(y) : number));
  }
}

/** The region moved as it is, by steps of which it keeps its place between pixels. */
export function moved(type: RegionType, value: Numbers, dx: number, dy: number): Numbers {
  const step = type === 'rectangle' ? Math.round : halves;
  const by = [step(dx), step(dy)];
  const places = type === 'rectangle' ? 4 : type === 'polygon' ? value.length : 2;
  return value.map((number, i) => (i < places ? number + by[i % 2] : number));
}

const halves = (x: number): number => Math.round(x * 2) / 2;

/** A polygon with one corner more, on the side that is nearest to a point. */
export function withCorner(value: Numbers, [x, y]: Point): Numbers {
  const corners = value.length / 2;
  let [best, at] = [Infinity, 0];
  for (let i = 0; i < corners; i++) {
    const j = (i + 1) % corners;
    const far = distanceTo([x, y], [value[2 * i], value[2 * i + 1]], [value[2 * j], value[2 * j + 1]]);
    if (far < best) [best, at] = [far, i + 1];
  }
  return [...value.slice(0, 2 * at), halves(x), halves(y), ...value.slice(2 * at)];
}

/** A polygon without one of its corners; three stay. */
export function withoutCorner(value: Numbers, corner: number): Numbers {
  return value.length <= 6 ? value : value.filter((_, i) => i >> 1 !== corner);
}

function distanceTo([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

/** In words, for those who do not see it. */
export function described({ type, value }: Pick<Region, 'type' | 'value'>): string {
  const [a, b, c, d] = value;
  if (type === 'rectangle') return `rectangle, columns ${a} to ${c}, rows ${b} to ${d}`;
  if (type === 'circle') return `circle about column ${a}, row ${b}, radius ${c}`;
  if (type === 'ring') return `ring about column ${a}, row ${b}, radii ${c} to ${d}`;
  return `polygon of ${value.length / 2} corners`;
}
