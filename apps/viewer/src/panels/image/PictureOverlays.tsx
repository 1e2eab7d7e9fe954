import { useRef, useSyncExternalStore, type ReactNode } from 'react';
import type { PictureView } from '../../image/picture-view.ts';
import type { Placement } from '../../image/placement.ts';
import type { Point } from '../../image/turn.ts';
import { BarHandles } from './BarHandles.tsx';
import type { ImageSettings } from './image-settings.ts';

export interface PictureOverlaysProps {
  readonly view: PictureView;
  readonly cross: { current: ((at: Point | undefined) => void) | undefined };
  readonly draft: readonly Point[];
  readonly isClosed: boolean;
  readonly isBox: boolean;
  readonly isRound: boolean;
  readonly brush: number | undefined;
  readonly settings: ImageSettings;
  readonly onRange: (range: readonly [number, number]) => void;
  readonly regions: (placement: Placement) => ReactNode;
}

/** What lies over the picture and moves with it. */
export function PictureOverlays({ view, cross, draft, isClosed, isBox, isRound, brush, settings: { profile }, onRange, regions }: PictureOverlaysProps) {
  const placement = useSyncExternalStore(view.port.subscribe, view.port.placement);
  const lines = useRef<SVGPathElement>(null);
  if (!placement) return null;
  const { frame, toScreen } = placement;
  const { left, top, width, height } = frame;
  cross.current = (at) => {
    const inside = at && at[0] >= left && at[0] <= left + width && at[1] >= top && at[1] <= top + height;
    lines.current?.setAttribute('d', inside ? `M${left},${at[1]}H${left + width}M${at[0]},${top}V${top + height}` : '');
  };
  const points = draft.map(toScreen);
  const path = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join('L');
  const [a, b] = points;
  const clip = `clip-${Math.round(left)}-${Math.round(top)}-${Math.round(width)}-${Math.round(height)}`;
  return (
    <>
      <svg className="overlay">
        <clipPath id={clip}><rect x={left} y={top} width={width} height={height} /></clipPath>
        <g clipPath={`url(#${clip})`}>
          <path className="cross" ref={lines} />
          {profile && <path className="profile-line" d={`M${[profile.from, profile.to].map((point) => toScreen(point).map((x) => x.toFixed(1)).join(',')).join('L')}`} />}
          {regions(placement)}
          {b && isBox && <rect className="draft" x={Math.min(a[0], b[0])} y={Math.min(a[1], b[1])} width={Math.abs(a[0] - b[0])} height={Math.abs(a[1] - b[1])} />}
          {b && isRound && <ellipse className="draft" cx={(a[0] + b[0]) / 2} cy={(a[1] + b[1]) / 2} rx={Math.abs(a[0] - b[0]) / 2} ry={Math.abs(a[1] - b[1]) / 2} />}
          {points.length > 0 && !isBox && !isRound && <path className="draft" d={`M${path}${isClosed ? 'Z' : ''}`} {...(brush !== undefined && { style: { strokeWidth: Math.max(1, brush * Math.abs(toScreen([1, 1])[0] - toScreen([0, 0])[0])), strokeDasharray: 'none', opacity: 0.5, strokeLinecap: 'round' } })} />}
        </g>
      </svg>
      <BarHandles view={view} placement={placement} onRange={onRange} />
    </>
  );
}
