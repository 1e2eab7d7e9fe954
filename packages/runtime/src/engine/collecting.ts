import { YardError, didYouMean, type ParamValue } from '@trainyard/core';
import type { ActionState } from '@trainyard/control';
import { RunningScan, type ScanHost } from '../scan/running-scan.ts';
import type { ScanFiles } from '../scan/scan-files.ts';
import type { ScanPoints, ScanProgress } from '../scan/scan-messages.ts';
import type { ActionDescriptor, GenerationDescriptor, ScanDescriptor } from '../worker/generation.ts';
import type { ActionProgress, ToWorker } from '../worker/messages.ts';
import type { Journal } from '../project/journal.ts';

/** Whom those that collect tell what is to change from the next train on. */
export interface CollectingHost extends Pick<ScanHost, 'set' | 'value' | 'nextSeq'> {
  /** The reduce worker, from the next train on. */
  tellReduce(message: ToWorker): void;
  nextTrain(): number;
  note(text: string): void;
}

interface Collected extends ActionProgress {
  /** The number of the first train that it takes, and how many are through since. */
  readonly from: number;
  through: number;
}

/** What collects trains on demand, side by side: actions into constants, scans point by point. */
export class Collecting {
  readonly #host: CollectingHost;
  readonly #journal: Journal;
  readonly #files: ScanFiles;
  /** By `group/name`: those that run, and how the others came out. */
  readonly #actions = new Map<string, Collected>();
  readonly #scans = new Map<string, RunningScan>();
  readonly #messages = new Map<string, string>();
  /** The newest file of each scan. */
  readonly #written = new Map<string, string>();
  #descriptor: GenerationDescriptor | undefined;

  constructor(host: CollectingHost, journal: Journal, files: ScanFiles) {
    this.#host = host;
    this.#journal = journal;
    this.#files = files;
  }

  /** A generation takes over: what is not in its code any more is forgotten. */
  adopt(descriptor: GenerationDescriptor): void {
    this.#descriptor = descriptor;
    const there = new Set([...descriptor.actions, ...descriptor.scans].map(({ group, name }) => `${group}/${name}`));
    for (const id of this.#actions.keys()) if (!there.has(id)) this.#actions.delete(id);
    for (const scan of this.#runningScans) {
      if (!there.has(scan.descriptor.id)) this.#endScan(scan, 'it is not in the file any more');
      // An edited default wins over the value that was set: then the point is another.
      else if (!scan.holds) this.#endScan(scan, 'a reload has changed what it sets');
    }
  }

  /** Starts what the command line asks for, `[group/]name`, with the first train. */
  startAt(action: string): void {
    const at = action.lastIndexOf('/');
    this.start(action.slice(0, Math.max(at, 0)), action.slice(at + 1), 'start');
  }

  /** Starts an action or a scan with the next train. Throws `ACTION_UNKNOWN`, `ACTION_RUNS`, `SCAN_BUSY`. */
  start(group: string, name: string, who: string): void {
    const found = this.#find(group, name);
    const id = `${found.group}/${found.name}`;
    if (this.#isRunning(id)) throw new YardError('ACTION_RUNS', `${found.title} runs already: yard ctl cancel ${found.name} ends it.`);
    if ('into' in found) this.#startAction(id, found);
    else this.#startScan(found);
    this.#messages.delete(id);
    this.#written.delete(id);
    this.#journal.add({ trainId: this.#host.nextTrain(), who, what: 'action', name: id });
  }

  #startAction(id: string, { group, name, trains, into }: ActionDescriptor): void {
    const other = this.#descriptor!.actions.find((one) => one.into === into && this.#isRunning(`${one.group}/${one.name}`));
    if (other) throw new YardError('ACTION_BUSY', `${other.title} is recording ${into} at the moment: wait for it, or yard ctl cancel ${other.name}.`);
    this.#actions.set(id, { group, name, done: 0, of: trains, from: this.#host.nextSeq(), through: 0 });
    this.#host.tellReduce({ type: 'action', group, name });
  }

  #startScan(descriptor: ScanDescriptor): void {
    for (const other of this.#runningScans) {
      const shared = descriptor.sets.map(({ group, name }) => `${group}.${name}`).find((key) => other.keys.includes(key));
      if (shared !== undefined) throw new YardError('SCAN_BUSY', `${other.descriptor.title} is setting ${shared} at the moment: wait for it, or yard ctl cancel ${other.descriptor.name}.`);
    }
    const host = this.#host;
    const scan = new RunningScan(descriptor, this.#descriptor!, Date.now(), { ...host, tell: (command) => host.tellReduce(command) });
    this.#scans.set(descriptor.id, scan);
    scan.start();
  }

  /** Ends an action, without a result, or a scan, with the points that it has. Throws `CANCEL_UNKNOWN`. */
  cancel(group: string, name: string, who: string): string {
    const found = this.#find(group, name);
    const id = `${found.group}/${found.name}`;
    if (!this.#isRunning(id)) throw new YardError('CANCEL_UNKNOWN', `${found.title} does not run.`);
    this.#journal.add({ trainId: this.#host.nextTrain(), who, what: 'action', name: id, value: 'cancelled' });
    if ('into' in found) {
      this.#endAction(id, 'cancelled');
      this.#host.tellReduce({ type: 'cancel-action', group: found.group, name: found.name });
      return `${found.title} is cancelled; ${found.into} stays as it was`;
    }
    this.#endScan(this.#scans.get(id)!, 'cancelled');
    return `${found.title} is cancelled`;
  }

  #find(group: string, name: string): ActionDescriptor | ScanDescriptor {
    const { actions = [], scans = [] } = this.#descriptor ?? {};
    const all = [...actions, ...scans];
    const found = all.find((one) => one.name === name && (group === '' || one.group === group));
    if (!found) throw new YardError('ACTION_UNKNOWN', `There is no action or scan "${name}".${didYouMean(name, all.map((one) => one.name))}`);
    return found;
  }

  #isRunning(id: string): boolean {
    const action = this.#actions.get(id);
    return (action !== undefined && action.done < action.of) || this.#scans.get(id)?.isRunning === true;
  }

  get #runningScans(): RunningScan[] {
    return [...this.#scans.values()].filter((scan) => scan.isRunning);
  }

  /**
   * Recorded data: whether the next train may be handed out. What collects ends at one and the same train however many workers there are, since no
   * train is on its way that might not belong to it any more.
   */
  mayTake(nextSeq: number): boolean {
    for (const { done, of, from, through } of this.#actions.values()) if (done < of && nextSeq >= from + through + of - done) return false;
    return this.#runningScans.every((scan) => nextSeq < scan.bound);
  }

  /** What the actions that run take of a train: views (`view#group/name`) and paths. */
  get takes(): readonly string[] {
    return (this.#descriptor?.actions ?? []).flatMap(({ group, name, from }) => (this.#isRunning(`${group}/${name}`) ? [from] : []));
  }

  /** A train is through both stages, with what the reduce worker said of it. */
  train(seq: number, actions: readonly ActionProgress[] = [], scans: readonly ScanProgress[] = []): void {
    for (const action of this.#actions.values()) if (seq >= action.from) action.through += 1;
    for (const progress of actions) this.action(progress);
    for (const scan of this.#runningScans) {
      const progress = scans.find(({ id, run }) => id === scan.descriptor.id && run === scan.run);
      scan.train(seq, progress);
      if (!scan.isRunning) this.#said(scan);
      else if (progress?.closed && this.#files.isDue(scan)) scan.ask();
    }
    // Of an earlier process, or given up here: it is not gone on with.
    for (const { id, run } of scans) if (this.#scans.get(id)?.run !== run) this.#host.tellReduce({ type: 'scan', id, run, what: 'end', why: 'it was started by an earlier process' });
  }

  action(progress: ActionProgress): void {
    const id = `${progress.group}/${progress.name}`;
    const scan = this.#scans.get(id);
    if (scan) return this.#endScan(scan, progress.message ?? 'given up');
    const running = this.#actions.get(id);
    if (running) this.#actions.set(id, { ...running, ...progress });
    if (progress.done >= progress.of) this.#messages.set(id, progress.message ?? 'recorded');
  }

  /** The points of a scan came: into its file. */
  points(points: ScanPoints): void {
    const scan = this.#scans.get(points.id);
    if (!scan || scan.run !== points.run) return;
    // A worker that took over from one that died may have fewer.
    if (points.points >= (scan.latest?.points ?? 0)) scan.latest = points;
    if (scan.ended && !points.isLast) return;
    void this.#files.write(scan, this.#journal.entries).then((path) => {
      if (path === undefined || !points.isLast) return;
      if (scan.latest?.points) this.#written.set(scan.descriptor.id, path);
      this.#messages.set(scan.descriptor.id, `${this.#sentence(scan)}; ${scan.latest?.points ? `written to ${path}` : 'there is nothing to write'}`);
      this.#host.note(`${scan.descriptor.title}: ${this.#messages.get(scan.descriptor.id)}.`);
    });
  }

  /** Somebody has set a parameter: a scan that sets it, too, is over, and says who it was. */
  touched(keys: readonly string[], who: string): void {
    for (const scan of this.#runningScans) {
      const key = scan.keys.find((one) => keys.includes(one));
      if (key !== undefined) this.#endScan(scan, `${who} set ${key}`, key);
    }
  }

  /** What scans have set, as it was before them, by `group.name`. */
  get before(): ReadonlyMap<string, ParamValue> {
    return new Map(this.#runningScans.flatMap((scan) => scan.before));
  }

  /** Live: points that have had their time end. */
  lookAtClock(now: number): void {
    for (const scan of this.#runningScans) {
      scan.lookAtClock(now);
      if (!scan.isRunning) this.#said(scan);
    }
  }

  /** Nothing more comes, or what was collected is lost: all end, for this reason. */
  endAll(why: string): void {
    for (const scan of this.#runningScans) this.#endScan(scan, why);
    for (const [id, { group, name, done, of }] of this.#actions) {
      if (done >= of) continue;
      this.#endAction(id, `nothing was recorded: ${why} after ${done} of ${of} trains`);
      this.#host.tellReduce({ type: 'cancel-action', group, name });
      this.#host.note(`${name}: ${this.#messages.get(id)}.`);
    }
  }

  /** Resolved when all files are written. */
  async close(): Promise<void> {
    await this.#files.idle();
  }

  #endAction(id: string, why: string): void {
    const action = this.#actions.get(id)!;
    this.#actions.set(id, { ...action, done: action.of });
    this.#messages.set(id, why);
  }

  #endScan(scan: RunningScan, why: string, kept?: string): void {
    scan.end(why, why === DATA_END && scan.descriptor.points === undefined, kept);
    this.#said(scan);
  }

  #said(scan: RunningScan): void {
    this.#messages.set(scan.descriptor.id, this.#sentence(scan));
  }

  #sentence(scan: RunningScan): string {
    const { points, point } = scan.progress;
    const { why, whole } = scan.ended!;
    // The end of the data ends a point, too.
    const all = Math.max(scan.finished, scan.latest?.points ?? 0);
    if (whole) return `done, ${all} ${all === 1 ? 'point' : 'points'}`;
    return `ended at point ${point}${points === undefined ? '' : ` of ${points}`}: ${why}`;
  }

  states(): ActionState[] {
    const { actions = [], scans = [] } = this.#descriptor ?? {};
    return [
      ...actions.map(({ group, name, title }): ActionState => {
        const running = this.#actions.get(`${group}/${name}`);
        const message = this.#messages.get(`${group}/${name}`);
        return { group, name, title, ...(running && running.done < running.of ? { progress: { done: running.done, of: running.of } } : message !== undefined && { message }) };
      }),
      ...scans.map(({ id, group, name, title }): ActionState => {
        const scan = this.#scans.get(id);
        const message = this.#messages.get(id);
        const file = this.#written.get(id);
        return { group, name, title, isScan: true, ...(scan?.isRunning ? { progress: scan.progress } : { ...(message !== undefined && { message }), ...(scan && { whole: scan.ended!.whole }), ...(file !== undefined && { file }) }) };
      }),
    ];
  }
}

/** Why a scan ends at the end of the data. */
export const DATA_END = 'the data ended';
