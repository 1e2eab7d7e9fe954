import type { Frame } from '../plot/draw-frame.ts';
import type { Extent, Point } from './turn.ts';

/** Between the array (pixel edges, x counts columns) and the panel (CSS pixels of the canvas). Another one whenever the picture moves. */
export interface Placement extends Extent {
  readonly frame: Frame;
  readonly bar: Frame;
  readonly toScreen: (point: Point) => Point;
  readonly toArray: (point: Point) => Point;
}
