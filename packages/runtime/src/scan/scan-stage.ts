import { outcomeCode } from '@trainyard/core';
import type { LinkedView } from '../worker/link.ts';
import type { FinalValue, Outcome } from '../worker/messages.ts';
import { WireWriter } from '../worker/wire.ts';
import type { LinkedScan } from './link-scans.ts';
import { ScanCollector, type ScannedTrain, type TrainReader } from './scan-collector.ts';
import type { ScanCommand, ScanPoints, ScanProgress } from './scan-messages.ts';

const VALUE = outcomeCode('value');

/** The scans of a generation, in the reduce worker: each takes a train once, whichever of its views asks first. */
export class ScanStage {
  readonly #scans: ReadonlyMap<string, { readonly linked: LinkedScan; readonly collector: ScanCollector }>;
  /** What has become of the newest train, by scan. */
  readonly #now = new Map<string, ScannedTrain & { readonly trainId: number }>();

  constructor(scans: readonly LinkedScan[]) {
    this.#scans = new Map(scans.map((linked) => [linked.id, { linked, collector: new ScanCollector(linked) }]));
  }

  /** Gives the points so far when they are asked for. */
  command(command: ScanCommand): ScanPoints | undefined {
    const scan = this.#scans.get(command.id);
    scan?.collector.command(command);
    if (command.what !== 'give' && command.what !== 'end') return undefined;
    const writer = new WireWriter();
    const finals = scan ? this.#finalsOf(scan.linked, writer) : [];
    const memory = new SharedArrayBuffer(writer.bytes);
    writer.copyTo(memory);
    return { type: 'scan-points', id: command.id, run: command.run, points: scan?.collector.points ?? 0, isLast: command.what === 'end', finals, memory };
  }

  clear(id?: string): void {
    for (const [own, { collector }] of this.#scans) if (id === undefined || id === own) collector.clear();
  }

  /** The outcome of one of a scan's views; with its value when that has changed, when somebody takes it, or looks (`display`). */
  view(view: LinkedView, trainId: number, read: TrainReader, display: boolean): Outcome {
    const { of } = view.spec.scan!;
    const id = of === undefined ? view.id : view.inputs[0]!.view!;
    const { collector } = this.#scans.get(id)!;
    const { outcome, isNews } = this.#train(id, trainId, read);
    if (outcome.code !== VALUE) return outcome;
    const value = isNews || display ? collector.value(of) : undefined;
    return { ...outcome, ...(value !== undefined && { value }) };
  }

  /**
   * Ends a train, or a part of it, for the scans whose turn it is: those whose views were not asked (the train was dropped) take it, too. Gives back
   * how far those are that run.
   */
  endTrain(trainId: number, read: TrainReader, isDue: (id: string) => boolean): ScanProgress[] {
    return [...this.#scans.keys()].filter(isDue).flatMap((id) => this.#train(id, trainId, read).progress ?? []);
  }

  #train(id: string, trainId: number, read: TrainReader): ScannedTrain {
    const now = this.#now.get(id);
    if (now?.trainId === trainId) return now;
    const taken = this.#scans.get(id)!.collector.train(trainId, read);
    this.#now.set(id, { ...taken, trainId });
    return taken;
  }

  /** The points so far of all scans that run: before the state goes to another generation, whose code may not be able to go on with it. */
  running(): ScanPoints[] {
    return [...this.#scans.values()].flatMap(({ linked, collector }) => (collector.run === undefined ? [] : [this.command({ type: 'scan', id: linked.id, run: collector.run, what: 'give' })!]));
  }

  /** The values of the views of all scans at the end. */
  finals(writer: WireWriter): FinalValue[] {
    return [...this.#scans.values()].flatMap(({ linked }) => this.#finalsOf(linked, writer));
  }

  #finalsOf(linked: LinkedScan, writer: WireWriter): FinalValue[] {
    const { collector } = this.#scans.get(linked.id)!;
    return [undefined, ...linked.scan.of].flatMap((of) => {
      const value = collector.value(of);
      return value === undefined ? [] : [{ id: of === undefined ? linked.id : `${linked.id}.${of}`, value: writer.put(value), nodes: [] }];
    });
  }

  save(id: string): unknown {
    return this.#scans.get(id)?.collector.save();
  }

  restore(id: string, state: unknown): void {
    this.#scans.get(id)?.collector.restore(state);
  }
}
