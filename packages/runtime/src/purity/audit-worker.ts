import { YardError } from '@trainyard/core';
import type { ReadyTrain } from '../source/train-source.ts';
import { WorkerHandle } from '../crew/worker-handle.ts';
import type { GenerationCode, GenerationDescriptor } from '../worker/generation.ts';
import type { ConstantValue, FromWorker, RecordedSource, ReduceTask, ToWorker, TrainResults, Verdict } from '../worker/messages.ts';

/** What all workers of a check are started with. */
export interface AuditCode {
  readonly code: GenerationCode;
  readonly recorded: RecordedSource;
  /** Recorded ones, as a run takes them. */
  readonly constants: readonly ConstantValue[];
}

/** A view that did not come back, or ended its worker. */
export interface Culprit {
  readonly view: string | undefined;
  readonly kind: 'hang' | 'end';
  readonly message: string;
}

type Finished = Extract<FromWorker, { type: 'finished' }>;
type Reduced = Extract<FromWorker, { type: 'reduced' }>;

const LOAD_LIMIT_MS = 10_000;
/** A view without a limit of its own may take so long for one train; any view, for the first train of its worker. */
const HANG_MS = 10_000;
const WATCH_MS = 50;
/** So long a worker may be busy with something else than a view: reading a train, joining what a reducer keeps. */
const PATIENCE_MS = 60_000;

/** One fresh worker whose views are watched. It computes what it is given, one thing after the other, and never longer than its views may. */
export class AuditWorker {
  readonly descriptor: GenerationDescriptor;
  readonly #worker: WorkerHandle;
  readonly #onInputChanged: (view: string, input: string) => void;
  #isFresh = true;

  private constructor(worker: WorkerHandle, descriptor: GenerationDescriptor, onInputChanged: (view: string, input: string) => void) {
    this.#worker = worker;
    this.descriptor = descriptor;
    this.#onInputChanged = onInputChanged;
  }

  /** Throws `PURITY_LOAD` when a worker does not load what another one has loaded. */
  static async start(role: 'pool' | 'reduce', { code, recorded, constants }: AuditCode, onInputChanged: (view: string, input: string) => void): Promise<AuditWorker> {
    const worker = new WorkerHandle(role, code.packFolders);
    const answer = await worker.load({ type: 'load', code, recorded: role === 'pool' ? recorded : undefined, audit: true }, LOAD_LIMIT_MS);
    if (answer.type === 'load-failed') {
      await worker.end();
      throw new YardError(answer.error.code ?? 'PURITY_LOAD', answer.error.message, answer.error.where);
    }
    for (const constant of constants) worker.send({ type: 'constant', constant });
    return new AuditWorker(worker, answer.descriptor, onInputChanged);
  }

  /** The results of a train, or whose fault it is that there are none; the worker has ended then. */
  train(seq: number, { trainId, absent }: ReadyTrain, verdicts: Readonly<Record<string, Verdict>>): Promise<TrainResults | Culprit> {
    return this.#ask({ type: 'train', seq, trainId, ...(absent && { absent }), ...(Object.keys(verdicts).length > 0 && { verdicts }) }, (message) => (message.type === 'results' && message.seq === seq ? message : undefined));
  }

  reduce(task: Omit<ReduceTask, 'type'>): Promise<Reduced | Culprit> {
    return this.#ask({ type: 'reduce', ...task }, (message) => (message.type === 'reduced' && message.seq === task.seq ? message : undefined));
  }

  finish(): Promise<Finished | Culprit> {
    return this.#ask({ type: 'finish' }, (message) => (message.type === 'finished' ? message : undefined));
  }

  /** Gives a buffer of results back. */
  release(buffer: { readonly id: number } | undefined): void {
    if (buffer) this.#worker.send({ type: 'release', buffer: buffer.id });
  }

  end(): Promise<void> {
    return this.#worker.end();
  }

  async #ask<T>(message: ToWorker, answerOf: (message: FromWorker) => T | undefined): Promise<T | Culprit> {
    const worker = this.#worker;
    let watch: NodeJS.Timeout | undefined;
    try {
      return await new Promise<T | Culprit>((resolve) => {
        worker.onMessage = (said) => {
          if (said.type === 'input-changed') this.#onInputChanged(said.view, said.input);
          const answer = answerOf(said);
          if (answer !== undefined) resolve(answer);
        };
        worker.onDeath = (reason) => resolve({ view: this.#running()?.id, kind: 'end', message: reason });
        let lastSeen = Date.now();
        watch = setInterval(() => {
          const now = Date.now();
          const view = this.#running();
          const running = worker.running();
          if (running && view) lastSeen = now;
          const limit = view ? Math.max(view.timeoutMs ?? HANG_MS, this.#isFresh ? HANG_MS : 0) : PATIENCE_MS;
          if (running && view ? !worker.isOver(running, limit) : now - lastSeen < limit) return;
          clearInterval(watch);
          void worker.end().then(() => resolve({ view: view?.id, kind: 'hang', message: `took longer than ${limit / 1000} s` }));
        }, WATCH_MS);
        worker.send(message);
      });
    } finally {
      clearInterval(watch);
      this.#isFresh = false;
    }
  }

  #running(): GenerationDescriptor['views'][number] | undefined {
    const running = this.#worker.running();
    const mine = this.descriptor.views.filter((view) => (this.#worker.role === 'pool' ? view.inPool : view.stage === 'reduce'));
    return running && mine[running.index];
  }
}
