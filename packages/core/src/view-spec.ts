import type { InputRef } from './inputs.ts';
import type { KindGives, ViewKind } from './kinds.ts';
import type { Reducer } from './reducer.ts';
import type { ScanPart } from './scan.ts';

/** What may be said of a view beside its inputs. */
export interface ViewOptions {
  readonly title?: string;
  /** Unit of the result. */
  readonly unit?: string;
  /** Run only on train IDs that are multiples of this. */
  readonly every?: number;
  /** Time limit of one train, in milliseconds; default 250 live, 60 000 recorded. */
  readonly timeoutMs?: number;
  /** Show and store the mean over the last N train IDs. */
  readonly average?: number;
  /** Computed for other views only; not listed, shown or stored. */
  readonly hidden?: boolean;
}

/** One input of a view: the parameter's name and where its data come from. */
export interface ViewInput extends InputRef {
  readonly name: string;
}

/**
 * The one record of a view. `view.image(...)` and `@View.Image` both make it; nothing else knows which was used.
 */
export interface ViewSpec {
  readonly '~view': true;
  readonly kind: ViewKind;
  readonly inputs: readonly ViewInput[];
  readonly options: ViewOptions;
  /** Computes one train; `values` in the order of `inputs`, `undefined` for an optional input that is missing. Absent for a reducer's view. */
  readonly call?: (values: readonly unknown[]) => unknown;
  /** For `view.reduce`: folds its single input. */
  readonly reducer?: Reducer;
  /** For the views of a scan: which, and what of it is shown. */
  readonly scan?: ScanPart;
}

/** A view that gives `T` to views that take it as input. */
export interface View<T = unknown> extends ViewSpec {
  readonly '~gives'?: T;
}

export type ViewOf<K extends ViewKind> = View<KindGives[K]>;

export function isView(value: unknown): value is View {
  return typeof value === 'object' && value !== null && '~view' in value;
}
