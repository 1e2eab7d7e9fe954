import type { ReadyTrain } from '../source/train-source.ts';
import type { GenerationDescriptor } from '../worker/generation.ts';
import type { TrainResults } from '../worker/messages.ts';
import { AuditWorker, type AuditCode, type Culprit } from './audit-worker.ts';
import type { Comparison } from './comparison.ts';

export interface Pass {
  readonly audit: AuditCode;
  readonly descriptor: GenerationDescriptor;
  readonly trains: readonly ReadyTrain[];
  readonly workers: number;
  /** What is in train order is run, too. */
  readonly inOrder: boolean;
  readonly comparison: Comparison;
  readonly onTrain: () => void;
}

/** Computes trains in the order given, taken in turn by fresh workers, and tells the results to the comparison. */
export async function runPass(pass: Pass): Promise<void> {
  const { trains, workers, descriptor, inOrder } = pass;
  const reducing = inOrder && descriptor.reduces ? await Reducing.start(pass) : undefined;
  await Promise.all(Array.from({ length: workers }, (_, w) => new Lane(pass, reducing).run(trains.filter((__, i) => i % workers === w))));
  await reducing?.finish();
}

/** The trains of one worker; a view that hangs or ends it is set aside from then on. */
class Lane {
  readonly #pass: Pass;
  readonly #reducing: Reducing | undefined;
  #trainId = 0;
  constructor(pass: Pass, reducing: Reducing | undefined) {
    this.#pass = pass;
    this.#reducing = reducing;
  }

  async run(trains: readonly ReadyTrain[]): Promise<void> {
    const { comparison, onTrain } = this.#pass;
    let worker = await this.#start();
    try {
      for (const [seq, train] of trains.entries()) {
        this.#trainId = train.trainId;
        let answer = await worker.train(seq, train, comparison.aside);
        for (let tries = 0; !('outcomes' in answer); tries++) {
          comparison.blame(answer, train.trainId, tries);
          worker = await this.#start();
          answer = await worker.train(seq, train, comparison.aside);
        }
        comparison.pool(train.trainId, { outcomes: answer.outcomes, memory: answer.buffer?.memory });
        await this.#reducing?.train(seq, answer);
        worker.release(answer.buffer);
        onTrain();
      }
    } finally {
      await worker.end();
    }
  }

  #start(): Promise<AuditWorker> {
    return AuditWorker.start('pool', this.#pass.audit, (view, input) => this.#pass.comparison.inputChanged(view, input, this.#trainId));
  }
}

/** The views in train order; when one of them hangs or ends its worker they are not compared any further. */
class Reducing {
  readonly #worker: AuditWorker;
  readonly #comparison: Comparison;
  #trainId = 0;
  #isOver = false;

  static async start({ audit, comparison }: Pass): Promise<Reducing> {
    const said = { changed: (_: string, __: string): void => undefined };
    const reducing = new Reducing(await AuditWorker.start('reduce', audit, (view, input) => said.changed(view, input)), comparison);
    said.changed = (view, input) => comparison.inputChanged(view, input, reducing.#trainId);
    return reducing;
  }

  private constructor(worker: AuditWorker, comparison: Comparison) {
    this.#worker = worker;
    this.#comparison = comparison;
  }

  async train(seq: number, { trainId, outcomes, buffer }: TrainResults): Promise<void> {
    if (this.#isOver) return;
    this.#trainId = trainId;
    const answer = await this.#worker.reduce({ seq, trainId, parts: [{ outcomes, ...(buffer && { memory: buffer.memory }) }] });
    if (!('outcomes' in answer)) return this.#giveUp(answer);
    this.#comparison.reduced(trainId, { outcomes: answer.outcomes, memory: answer.buffer?.memory });
    this.#worker.release(answer.buffer);
  }

  async finish(): Promise<void> {
    if (!this.#isOver) {
      const answer = await this.#worker.finish();
      if ('finals' in answer) this.#comparison.finals(this.#trainId, answer);
      else this.#giveUp(answer);
    }
    await this.#worker.end();
  }

  #giveUp(culprit: Culprit): void {
    this.#isOver = true;
    this.#comparison.blame(culprit, this.#trainId, 1);
  }
}
