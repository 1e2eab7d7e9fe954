import type { Rendition } from '@trainyard/control';
import type { Rendered } from './render-frame.ts';

/** To the panel thread. */
export type ToPanels =
  | { readonly type: 'make'; readonly job: number; readonly of: Rendered; readonly as: Rendition }
  /** The bytes of a frame that nobody needs any more. */
  | { readonly type: 'back'; readonly buffer: ArrayBuffer };

/** From it: the frame at the front of the buffer; without one there is nothing to show. */
export interface FromPanels {
  readonly job: number;
  readonly buffer?: ArrayBuffer;
  readonly bytes: number;
}
