import { format } from 'node:util';
import { NdArray } from '@trainyard/core';
import type { LogLine } from '@trainyard/control';
import { currentCall } from './view-call.ts';

const PER_SECOND = 10;
/** Characters of a line; what is longer is cut before it is formatted. */
const LONGEST = 2000;

/** What views write with `console.log`: caught, tied to the view and train, at most so many lines a second per view. */
export class ViewLogs {
  /** Told of each view before it runs, and of the end of a train with an empty name. */
  onEnter: (view: string, trainId: number) => void = () => undefined;
  #trainId = 0;
  #lines: LogLine[] = [];
  readonly #budget = new Map<string, { second: number; used: number; swallowed: number }>();

  constructor() {
    for (const level of ['log', 'info', 'debug', 'warn', 'error'] as const) {
      console[level] = (...args: unknown[]) => this.#write(level === 'warn' || level === 'error' ? level : 'log', args);
    }
  }

  /** This view is about to run; an empty name at the end of a train. */
  enter(view: string, trainId: number): void {
    this.#trainId = trainId;
    this.onEnter(view, trainId);
  }

  /** The lines since the last call. */
  take(): LogLine[] {
    if (this.#lines.length === 0) return this.#lines;
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  /** A text that was written past the console. */
  write(level: LogLine['level'], text: string): void {
    const line = text.slice(0, LONGEST).trimEnd();
    if (line !== '') this.#write(level, [line]);
  }

  #write(level: LogLine['level'], args: unknown[]): void {
    const { view, trainId } = currentCall() ?? { view: '', trainId: this.#trainId };
    const at = Date.now();
    const second = Math.floor(at / 1000);
    let budget = this.#budget.get(view);
    if (!budget) this.#budget.set(view, (budget = { second, used: 0, swallowed: 0 }));
    if (budget.second !== second) Object.assign(budget, { second, used: 0 });
    if (budget.used >= PER_SECOND) {
      budget.swallowed += 1;
      return;
    }
    budget.used += 1;
    const text = format(...args.slice(0, 100).map(summary)).slice(0, LONGEST);
    this.#lines.push({ view, trainId, at, level, text, ...(budget.swallowed > 0 && { swallowed: budget.swallowed }) });
    budget.swallowed = 0;
  }
}

/** Arrays by their shape, type and spread, not their million numbers. */
function summary(value: unknown): unknown {
  if (typeof value === 'string') return value.slice(0, LONGEST);
  if (value instanceof NdArray) {
    const spread = value.size === 0 ? 'empty' : value.size <= 8 ? String(value) : `min ${value.nanmin()} mean ${value.nanmean()} max ${value.nanmax()}`;
    return `${value.dtype} (${value.shape.join(', ')}) ${spread}`;
  }
  if (ArrayBuffer.isView(value) && 'length' in value && (value.length as number) > 32) return `${value.constructor.name}(${value.length as number})`;
  return value;
}
