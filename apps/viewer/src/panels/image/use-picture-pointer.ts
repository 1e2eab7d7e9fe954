import { useEffect, useRef, type KeyboardEvent, type PointerEvent, type RefObject } from 'react';
import type { PictureView } from '../../image/picture-view.ts';
import type { Point } from '../../image/turn.ts';

export type Tool = 'move' | 'zoom' | 'region' | 'profile' | 'mask';

export interface PointerActions {
  readonly tool: Tool;
  /** A drag of a tool that draws: where it began and is now, on the panel. */
  readonly onDrag: (from: Point, to: Point, phase: 'move' | 'end') => void;
  readonly onHover: (at: Point | undefined) => void;
  /** Wheel zooms without a click into the picture first. */
  readonly large: boolean;
}

/** Moving and zooming by mouse, touch, wheel and keys; what else is drawn goes to the tool. */
export function usePicturePointer(view: PictureView | undefined, box: RefObject<HTMLElement | null>, actions: PointerActions) {
  const newest = useRef(actions);
  newest.current = actions;
  const pointers = useRef(new Map<number, Point>());
  const drag = useRef<{ from: Point; pans: boolean }>(undefined);

  // React's own wheel listener is passive and cannot keep the page from scrolling along.
  useEffect(() => {
    const element = box.current;
    if (!element || !view) return undefined;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !newest.current.large && !element.contains(document.activeElement)) return;
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 1;
      // A pinch comes as small steps with Ctrl.
      const delta = Math.max(-60, Math.min(60, event.deltaY * unit)) * (event.ctrlKey && Math.abs(event.deltaY) < 30 ? 4 : 1);
      view.port.zoomAt(...placeOf(event, element), Math.exp(delta / 250));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [view, box]);

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button > 1 || !view) return;
    const { tool } = newest.current;
    event.currentTarget.setPointerCapture(event.pointerId);
    const at = placeOf(event, event.currentTarget);
    pointers.current.set(event.pointerId, at);
    drag.current = pointers.current.size > 1 ? undefined : { from: at, pans: event.shiftKey || event.button === 1 || tool === 'move' || tool === 'region' };
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    if (!view) return;
    const at = placeOf(event, event.currentTarget);
    const before = pointers.current.get(event.pointerId);
    if (before && pointers.current.size === 2) {
      const other = [...pointers.current].find(([id]) => id !== event.pointerId)![1];
      const apart = (point: Point) => Math.max(10, Math.hypot(point[0] - other[0], point[1] - other[1]));
      view.port.pan((at[0] - before[0]) / 2, (at[1] - before[1]) / 2);
      view.port.zoomAt((at[0] + other[0]) / 2, (at[1] + other[1]) / 2, apart(before) / apart(at));
    } else if (before && drag.current?.pans) view.port.pan(at[0] - before[0], at[1] - before[1]);
    else if (before && drag.current) newest.current.onDrag(drag.current.from, at, 'move');
    if (before) pointers.current.set(event.pointerId, at);
    newest.current.onHover(at);
  };
  const onPointerUp = (event: PointerEvent<HTMLElement>) => {
    const was = pointers.current.delete(event.pointerId);
    const held = drag.current;
    drag.current = undefined;
    if (was && held && !held.pans) newest.current.onDrag(held.from, placeOf(event, event.currentTarget), 'end');
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const placement = view?.port.placement();
    if (!view || !placement || event.ctrlKey || event.metaKey || event.target !== event.currentTarget) return;
    const { left, top, width, height } = placement.frame;
    const zoom = (factor: number) => () => view.port.zoomAt(left + width / 2, top + height / 2, factor);
    const pan = (dx: number, dy: number) => () => view.port.pan(dx, dy);
    const step = event.shiftKey ? 160 : 40;
    const action = {
      '+': zoom(0.8), '=': zoom(0.8), '-': zoom(1.25), 0: () => view.port.fit(), 1: () => view.port.oneToOne(),
      ArrowLeft: pan(step, 0), ArrowRight: pan(-step, 0), ArrowUp: pan(0, step), ArrowDown: pan(0, -step),
    }[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  };
  return { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp, onKeyDown, onPointerLeave: () => newest.current.onHover(undefined) };
}

function placeOf(event: { readonly clientX: number; readonly clientY: number }, element: Element): Point {
  const rect = element.getBoundingClientRect();
  return [event.clientX - rect.left, event.clientY - rect.top];
}
