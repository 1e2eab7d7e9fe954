import { asNdArray, type NdArray } from '@trainyard/nd';
import { flatData } from './flat-data.ts';
import { asInputRef, type Input, type InputRef } from './inputs.ts';
import type { Table } from './kinds.ts';
import type { ParamValue } from './parameters.ts';
import { YardError } from './problem.ts';
import { isReducer, type Reducer } from './reducer.ts';
import { isView, type View, type ViewInput, type ViewSpec } from './view-spec.ts';

/** A scripted measurement, as the runtime sees it: trains are collected at one point after the other. */
export interface Scan {
  readonly title: string;
  /** Parameters that the runtime sets, and the values of each; its points are all combinations, the last name the fastest. */
  readonly set: Readonly<Record<string, readonly ParamValue[]>> | undefined;
  /** The source's value that makes the points: a new one begins when it has moved by more than `within` and stayed there. */
  readonly by: { readonly within: number; readonly points: number | undefined } | undefined;
  /** What is collected, by name. */
  readonly of: readonly string[];
  readonly reduce: Readonly<Record<string, Reducer>>;
  /** Trains with a value of everything that end a point. */
  readonly trains: number;
  /** Trains left out at the beginning of each point. */
  readonly settle: number;
  /** Trains seen that end a point, however few of them had a value. */
  readonly atMost: number;
  /** Live: so long a point may take. */
  readonly timeoutMs: number | undefined;
}

/** What a view has that is part of a scan: the scan, and the name of what it shows along the points; the scan's own view is the table of the points. */
export interface ScanPart {
  readonly scan: Scan;
  readonly of?: string;
}

/** What the code writes; see `scan`. */
interface Written {
  readonly set?: Readonly<Record<string, Values>>;
  readonly by?: Input;
  readonly within?: number;
  readonly points?: number;
  readonly of: Input | Readonly<Record<string, Input>>;
  readonly reduce: Reducer | Readonly<Record<string, Reducer>>;
  readonly trains: number;
  readonly settle?: number;
  readonly atMost?: number;
  readonly timeoutMs?: number;
}

type Values = readonly ParamValue[] | NdArray<1> | Float64Array | Float32Array;

/** Columns of the table that are ours. */
const OURS = ['trains', 'missing', 'failed', 'firstTrainId', 'lastTrainId'];

/**
 * Declares a scan, a scripted measurement. It is a button, as an action is, and a view: the table of its points, which grows while it runs. What
 * it collects is also shown along the points, as `NAME.OF`.
 *
 * Steps of a parameter, which the runtime sets between two trains and puts back at the end:
 * `scan('Sigma scan', { set: { sigma: [1, 2, 3] }, of: { total }, reduce: mean(), trains: 50 })`. Two parameters make a grid.
 *
 * Steps of a source's value, whoever moves it:
 * `scan('Delay', { by: 'karabo#MOTOR.actualPosition', within: 0.01, of: { total }, reduce: mean(), trains: 100 })`.
 *
 * `settle` trains are left out at each point (default 0, with `by` 1); a point ends after `trains` with a value, or after `atMost` trains seen
 * (default 10 times as many), live also after `timeoutMs`. With `by`, the scan ends after `points` of them, else when it is cancelled or the data end.
 * Errors: `SCAN_FORM`, `SCAN_NAME`.
 */
export function scan(title: string, written: Written): View<Table> {
  const { set, by, within, points, of, reduce, trains, settle = by === undefined ? 0 : 1, atMost = 10 * trains + settle, timeoutMs } = written;
  const wrong = (what: string): YardError => new YardError('SCAN_FORM', `The scan "${title}" ${what}.`);
  if ((set === undefined) === (by === undefined)) throw wrong('takes either "set", the values of parameters, or "by", the source whose value makes its points');
  if (!(Number.isSafeInteger(settle) && settle >= 0)) throw wrong(`takes a whole number of trains as "settle", not ${String(settle)}`);
  for (const [name, value] of Object.entries({ trains, atMost, ...(points !== undefined && { points }) })) if (!isCount(value)) throw wrong(`takes a whole number from 1 as "${name}", not ${String(value)}`);
  if (timeoutMs !== undefined && !(timeoutMs > 0)) throw wrong(`takes milliseconds above 0 as "timeoutMs", not ${String(timeoutMs)}`);
  if (by !== undefined && !(typeof within === 'number' && within >= 0)) throw wrong('with "by" needs "within": by how much the value may vary at one point, such as within: 0.01');
  if (set !== undefined && (within !== undefined || points !== undefined)) throw wrong('with "set" takes no "within" and no "points"');
  const inputs = byName(of, isInput, wrong, 'of', 'a view or a path');
  const reducers = isReducer(reduce) ? Object.fromEntries(Object.keys(inputs).map((name) => [name, reduce])) : reduce;
  const names = Object.keys(inputs);
  for (const name of names) {
    const fold = reducers[name];
    if (!isReducer(fold)) throw wrong(`has no reducer for "${name}": reduce: mean(), or one for each name`);
    if (fold.takes !== undefined) throw wrong(`takes ${fold.name} for "${name}", which folds several inputs: make one view of them first, or take mean()`);
    if (fold.window !== undefined) throw wrong(`takes ${fold.name} for "${name}", which forgets trains: take one without "trains"`);
  }
  const spec: Scan = {
    title, of: names, reduce: reducers, trains, settle, atMost, timeoutMs,
    set: set && Object.fromEntries(Object.entries(set).map(([name, values]) => [name, listOf(values, name, wrong)])),
    by: by === undefined ? undefined : { within: within!, points },
  };
  if (set && Object.keys(set).length === 0) throw wrong('sets no parameter');
  const taken = [...names, ...Object.keys(set ?? {})];
  const clash = taken.find((name, i) => OURS.includes(name) || taken.indexOf(name) !== i);
  if (clash !== undefined) throw new YardError('SCAN_NAME', `The scan "${title}" has two columns "${clash}" in its table: give what it collects another name.`);
  const collected: ViewInput[] = Object.entries(inputs).map(([name, input]) => ({ name: `of.${name}`, ...asInputRef(input) }));
  return { '~view': true, kind: 'table', options: { title }, inputs: [...(by === undefined ? [] : [{ name: 'by', ...asInputRef(by) }]), ...collected], scan: { scan: spec } };
}

/** The views of a scan: its table under the name of its export, and what it collects along the points, as `NAME.OF`. */
export function scanViews(name: string, table: ViewSpec): [string, ViewSpec][] {
  const { scan: spec } = table.scan!;
  const along = spec.of.map((of): [string, ViewSpec] => [`${name}.${of}`, {
    '~view': true, kind: 'matrix', options: { title: `${spec.title}: ${of}` }, inputs: [{ name: 'scan', from: table }], scan: { scan: spec, of },
  }]);
  return [[name, table], ...along];
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function isInput(value: unknown): value is Input {
  return typeof value === 'string' || isView(value) || (typeof value === 'object' && value !== null && typeof (value as InputRef).from !== 'undefined');
}

/** One thing alone is called `value`. */
function byName<T>(given: T | Readonly<Record<string, T>>, is: (value: unknown) => value is T, wrong: (what: string) => YardError, name: string, what: string): Readonly<Record<string, T>> {
  if (is(given)) return { value: given };
  if (typeof given !== 'object' || given === null || Object.keys(given).length === 0) throw wrong(`needs "${name}": ${what}, or several by name`);
  for (const [key, value] of Object.entries(given)) if (!is(value)) throw wrong(`needs ${what} as "${key}" of "${name}"; is it declared further down?`);
  return given as Readonly<Record<string, T>>;
}

function listOf(values: Values, name: string, wrong: (what: string) => YardError): readonly ParamValue[] {
  const list = Array.isArray(values) ? (values as readonly ParamValue[]) : typeof values === 'object' && values !== null ? Array.from(flatData(asNdArray(values as NdArray<1>)), Number) : [];
  if (list.length === 0) throw wrong(`has no values for "${name}": a list, or linspace(0, 10, 21)`);
  return list;
}
