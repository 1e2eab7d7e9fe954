import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import type { Placement } from '../image/placement.ts';
import type { Point } from '../image/turn.ts';
import { described, handlesOf, moved, withCorner, withHandle, withoutCorner, type Numbers, type Region } from './region-shapes.ts';
import { useRegion } from './use-region.ts';
import './regions.css';

export interface RegionLayerProps {
  readonly regions: readonly Region[];
  readonly placement: Placement;
  /** May be changed here and now. */
  readonly canChange: boolean;
  /** Its inside can be taken hold of, too; else only its outline. */
  readonly grabsInside: boolean;
}

const colors = 6;

/** The regions of a picture, drawn over it: dragged, sized, or moved by the arrow keys. */
export function RegionLayer({ regions, ...rest }: RegionLayerProps) {
  return <>{regions.map((region, k) => <RegionShape key={`${region.parameter.group}/${region.parameter.name}`} region={region} color={k % colors} {...rest} />)}</>;
}

interface Hold {
  readonly handle: number | undefined;
  readonly from: Point;
  readonly value: Numbers;
}

function RegionShape({ region, color, placement, canChange, grabsInside }: { readonly region: Region; readonly color: number } & Omit<RegionLayerProps, 'regions'>) {
  const { parameter, type } = region;
  const { value, error, set } = useRegion(region);
  const hold = useRef<Hold>(undefined);
  const title = parameter.title ?? parameter.name;
  const { toScreen } = placement;

  const at = (event: PointerEvent<SVGElement>): Point => {
    const rect = event.currentTarget.ownerSVGElement!.getBoundingClientRect();
    return placement.toArray([event.clientX - rect.left, event.clientY - rect.top]);
  };
  const begin = (handle: number | undefined) => (event: PointerEvent<SVGElement>) => {
    if (event.button !== 0) return;
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    hold.current = { handle, from: at(event), value };
  };
  const drag = (event: PointerEvent<SVGElement>) => {
    const held = hold.current;
    if (!held) return;
    event.stopPropagation();
    const [x, y] = at(event);
    set(held.handle === undefined ? moved(type, held.value, x - held.from[0], y - held.from[1]) : withHandle(type, held.value, held.handle, [x, y]));
  };
  const end = () => (hold.current = undefined);
  const grab = (handle: number | undefined) => canChange ? { onPointerDown: begin(handle), onPointerMove: drag, onPointerUp: end, onLostPointerCapture: end } : {};
  /** Arrows as they are seen on the screen, whichever way the picture lies. */
  const byKeys = (handle: number | undefined) => (event: KeyboardEvent) => {
    const arrow = ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] } as const)[event.key];
    if (!canChange || (!arrow && event.key !== 'Delete')) return;
    event.preventDefault();
    event.stopPropagation();
    if (!arrow) {
      if (type === 'polygon' && handle !== undefined) set(withoutCorner(value, handle));
      return;
    }
    const [origin, next] = [placement.toArray([0, 0]), placement.toArray([arrow[0], arrow[1]])];
    const step = event.shiftKey ? 10 : 1;
    const [dx, dy] = [Math.sign(round(next[0] - origin[0])) * step, Math.sign(round(next[1] - origin[1])) * step];
    if (handle === undefined) return set(moved(type, value, dx, dy));
    const [x, y] = handlesOf(type, value)[handle].at;
    set(withHandle(type, value, handle, [x + dx, y + dy]));
  };
  const outline = shapeOf(region.type, value, toScreen);
  const corners = cornersOf(type, value).map(toScreen);
  const [labelX, labelY] = labelPlace(placement.frame, title.length * 7, corners);
  const { left, top, width, height } = placement.frame;
  const isNear = corners.some(([x, y]) => x > left - 30 && x < left + width + 30 && y > top - 30 && y < top + height + 30);
  return (
    <g className={`region color-${color}${canChange ? ' movable' : ''}`} role="group" aria-label={`Region ${title}`}>
      <g tabIndex={canChange ? 0 : -1} role="img" aria-label={`${title}: ${described({ type, value })}`} onKeyDown={byKeys(undefined)} className="region-body">
        <title>{canChange ? `${title}: drag to move it, arrow keys when it has the focus${type === 'polygon' ? '; double-click its outline for one corner more, Delete takes one away' : ''}` : `${title} (you can look, not change)`}</title>
        <path className={grabsInside ? 'inside grabbed' : 'inside'} d={outline} fillRule="evenodd" {...(grabsInside ? grab(undefined) : {})} />
        <path className="hit" d={outline} {...grab(undefined)} onDoubleClick={(event) => {
          if (type !== 'polygon' || !canChange) return;
          event.stopPropagation();
          const rect = event.currentTarget.ownerSVGElement!.getBoundingClientRect();
          set(withCorner(value, placement.toArray([event.clientX - rect.left, event.clientY - rect.top])));
        }} />
        <path className="outline" d={outline} />
        {isNear && <text x={labelX} y={labelY} {...grab(undefined)}>{title}</text>}
      </g>
      {canChange && handlesOf(type, value).map(({ name, at: place }, k) => {
        const [x, y] = toScreen(place);
        return <circle key={k} cx={x} cy={y} r={5} tabIndex={0} role="button" aria-label={`${title}, ${name}`} {...grab(k)} onKeyDown={byKeys(k)} />;
      })}
      {error && <text className="error" role="alert" x={labelX} y={labelY + 14}>{error}</text>}
    </g>
  );
}

const round = (x: number): number => Math.round(x * 1e6) / 1e6;

/** Above its top, and in the picture as far as that goes. */
function labelPlace({ left, top, width }: Placement['frame'], long: number, corners: readonly Point[]): Point {
  const highest = corners.reduce((a, b) => (b[1] < a[1] ? b : a));
  const x = corners.length === 4 ? Math.min(...corners.map((at) => at[0])) + 2 : highest[0] - long / 2;
  return [Math.max(left + 2, Math.min(left + width - long, x)), Math.max(top + 13, highest[1] - 8)];
}

function cornersOf(type: Region['type'], value: Numbers): Point[] {
  const [a, b, c, d] = value;
  if (type === 'rectangle') return [[a, b], [c, b], [c, d], [a, d]];
  if (type === 'polygon') return Array.from({ length: value.length / 2 }, (_, i): Point => [value[2 * i], value[2 * i + 1]]);
  const r = type === 'circle' ? c : d;
  // Of which one is at the top whichever way the picture lies; five, as they are no rectangle.
  return [[a - r, b], [a + r, b], [a, b - r], [a, b + r], [a, b]];
}

/** The outline on the screen as a path; circles may be ellipses there. */
function shapeOf(type: Region['type'], value: Numbers, toScreen: (point: Point) => Point): string {
  const [a, b, c, d] = value;
  const closed = (points: readonly Point[]) => `M${points.map((point) => toScreen(point).map((x) => x.toFixed(1)).join(',')).join('L')}Z`;
  if (type === 'rectangle') return closed([[a, b], [c, b], [c, d], [a, d]]);
  if (type === 'polygon') return closed(Array.from({ length: value.length / 2 }, (_, i): Point => [value[2 * i], value[2 * i + 1]]));
  const round = (r: number) => {
    const [left, right, up] = [toScreen([a - r, b]), toScreen([a + r, b]), toScreen([a, b - r])];
    const [cx, cy] = toScreen([a, b]);
    const [rx, ry] = [Math.max(Math.abs(left[0] - cx), Math.abs(up[0] - cx)), Math.max(Math.abs(left[1] - cy), Math.abs(up[1] - cy))].map((x) => x.toFixed(1));
    const [from, to] = [left, right].map((point) => point.map((x) => x.toFixed(1)).join(','));
    return `M${from}A${rx},${ry} 0 1 0 ${to}A${rx},${ry} 0 1 0 ${from}Z`;
  };
  return type === 'circle' ? round(c) : `${round(d)}${c > 0 ? round(c) : ''}`;
}
