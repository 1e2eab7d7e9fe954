import type { CollectingProgress } from '@trainyard/control';
import type { ParamValue } from '@trainyard/core';
import type { GenerationDescriptor, ScanDescriptor } from '../worker/generation.ts';
import type { ScanCommand, ScanPoints, ScanProgress } from './scan-messages.ts';

/** Whom a scan tells what is to change from the next train on. */
export interface ScanHost {
  /** A parameter of all workers. */
  set(group: string, name: string, value: ParamValue, who: string): void;
  /** What it is now; undefined when there is none of that name. */
  value(group: string, name: string): ParamValue | undefined;
  /** The reduce worker. */
  tell(command: ScanCommand): void;
  /** The number of the next train. */
  nextSeq(): number;
}

/** One start of a scan, in the main thread: sets its parameters at one train boundary after the other, and puts them back. */
export class RunningScan {
  readonly descriptor: ScanDescriptor;
  /** The code that it was started with. */
  readonly generation: GenerationDescriptor;
  /** Milliseconds since 1970; tells this start from others. */
  readonly run: number;
  /** Why it runs no more; undefined while it does. */
  ended: { readonly why: string; readonly whole: boolean } | undefined;
  /** The newest points that came. */
  latest: ScanPoints | undefined;
  readonly #host: ScanHost;
  readonly #before: readonly (ParamValue | undefined)[];
  /** The point at hand, and the number of its first train. */
  #point = 0;
  #from: number;
  /** Trains of the point at hand that are through. */
  #through = 0;
  #progress: ScanProgress | undefined;
  #pointSince: number;

  constructor(descriptor: ScanDescriptor, generation: GenerationDescriptor, run: number, host: ScanHost) {
    this.descriptor = descriptor;
    this.generation = generation;
    this.run = run;
    this.#host = host;
    this.#before = descriptor.sets.map(({ group, name }) => host.value(group, name));
    this.#from = host.nextSeq();
    this.#pointSince = run;
  }

  start(): void {
    this.#host.tell(this.#command({ what: 'start' }));
    if (this.descriptor.sets.length) this.#begin(0);
  }

  /** `group.name` of what it sets. */
  get keys(): string[] {
    return this.descriptor.sets.map(({ group, name }) => `${group}.${name}`);
  }

  /** What its parameters were before, by `group.name`: what is kept if this process ends now. */
  get before(): [key: string, value: ParamValue][] {
    return this.keys.flatMap((key, i) => (this.#before[i] === undefined ? [] : [[key, this.#before[i]!]]));
  }

  /** Whether its parameters are still as it set them. */
  get holds(): boolean {
    const values = valuesAt(this.descriptor, this.#point);
    return this.descriptor.sets.every(({ group, name }, i) => same(this.#host.value(group, name), values[i]));
  }

  get isRunning(): boolean {
    return this.ended === undefined;
  }

  /**
   * Recorded data: the number before which trains may be handed out, so that none with the old value comes after the point has its own. Points are
   * then the same trains however many workers there are.
   */
  get bound(): number {
    const { sets, trains, atMost } = this.descriptor;
    if (!this.isRunning || sets.length === 0) return Infinity;
    return this.#from + Math.min(this.#through + trains - (this.#progress?.points === this.#point ? this.#progress.trains : 0), atMost);
  }

  /** A train is through, with what the reduce worker said of it. */
  train(seq: number, progress: ScanProgress | undefined): void {
    if (!this.isRunning) return;
    if (seq >= this.#from) this.#through += 1;
    if (!progress) return;
    this.#progress = progress;
    if (progress.ended) this.end(progress.ended.why, !progress.ended.failed);
    else if (progress.closed && this.descriptor.sets.length) this.#next(progress.points);
    else if (progress.closed) this.#pointSince = Date.now();
  }

  #next(point: number): void {
    if (point >= this.descriptor.points!) this.end('done', true);
    else this.#begin(point);
  }

  #begin(point: number): void {
    const { descriptor } = this;
    const values = valuesAt(descriptor, point);
    for (const [i, { group, name }] of descriptor.sets.entries()) {
      if (!same(this.#host.value(group, name), values[i])) this.#host.set(group, name, values[i]!, this.who);
    }
    this.#point = point;
    this.#from = this.#host.nextSeq();
    this.#through = 0;
    this.#pointSince = Date.now();
    this.#host.tell(this.#command({ what: 'point', values }));
  }

  /** Live: a point that has had its time ends with what it has; while no train comes at all it waits. */
  lookAtClock(now: number): void {
    const { timeoutMs } = this.descriptor;
    if (!this.isRunning || timeoutMs === undefined || this.#through === 0 || now - this.#pointSince < timeoutMs) return;
    this.#pointSince = now;
    this.#host.tell(this.#command({ what: 'close' }));
    if (this.descriptor.sets.length) this.#next(this.#point + 1);
  }

  /** What its points are now: they come as `latest`. */
  ask(): void {
    this.#host.tell(this.#command({ what: 'give' }));
  }

  /** Ends it: what it set is put back, but for what somebody else has set meanwhile (`kept`, `group.name`). `whole`: it has all its points. */
  end(why: string, whole: boolean, kept?: string): void {
    if (!this.isRunning) return;
    this.ended = { why, whole };
    for (const [i, { group, name }] of this.descriptor.sets.entries()) {
      const [before, now] = [this.#before[i], this.#host.value(group, name)];
      if (before !== undefined && now !== undefined && `${group}.${name}` !== kept && !same(before, now)) this.#host.set(group, name, before, this.who);
    }
    this.#host.tell(this.#command({ what: 'end', why }));
  }

  /** Points that are through. */
  get finished(): number {
    return this.#progress?.points ?? 0;
  }

  get who(): string {
    return `scan ${this.descriptor.name}`;
  }

  /** Trains that went in, of all points; how long the rest takes by what they took so far. */
  get progress(): CollectingProgress & { readonly point: number } {
    const { trains, points } = this.descriptor;
    const { finished } = this;
    const train = this.#progress?.trains ?? 0;
    const done = finished * trains + train;
    const of = (points ?? finished + 1) * trains;
    const left = done > 0 && points !== undefined ? { leftMs: Math.round(((Date.now() - this.run) / done) * (of - done)) } : {};
    return { done: Math.min(done, of), of, point: Math.min(finished + 1, points ?? Infinity), ...(points !== undefined && { points }), train, trains, ...left };
  }

  #command<C extends { readonly what: ScanCommand['what'] }>(command: C): ScanCommand {
    return { type: 'scan', id: this.descriptor.id, run: this.run, ...command } as unknown as ScanCommand;
  }
}

/** The parameters' values at a point: all combinations, the last parameter the fastest. */
export function valuesAt({ sets }: Pick<ScanDescriptor, 'sets'>, point: number): ParamValue[] {
  const values: ParamValue[] = [];
  let rest = point;
  for (const set of sets.toReversed()) {
    values.unshift(set.values[rest % set.values.length]!);
    rest = Math.floor(rest / set.values.length);
  }
  return values;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
