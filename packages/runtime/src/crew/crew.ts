import type { GenerationCode, GenerationDescriptor } from '../worker/generation.ts';
import type { FromWorker, RecordedSource } from '../worker/messages.ts';
import type { UserError } from '../worker/user-error.ts';
import { collectShared } from './collect-shared.ts';
import type { CrashBoard } from './crash-board.ts';
import type { ViewWarning } from '../worker/view-warnings.ts';
import { ViewGraph } from './view-graph.ts';
import { WorkerHandle } from './worker-handle.ts';

/** The workers of one generation. */
export interface Crew {
  readonly code: GenerationCode;
  readonly descriptor: GenerationDescriptor;
  readonly graph: ViewGraph;
  /** Modules of packs that it is made of: what a save of makes another. */
  readonly files: readonly string[];
  readonly pool: Set<WorkerHandle>;
  reduce: WorkerHandle | undefined;
}

/** The time that a file may take to load. */
const LOAD_LIMIT_MS = 10_000;
/** Where saves are watched spares are kept for so many of a crew; elsewhere for one that has to be replaced. */
const MAX_SPARES = 4;

/** Starts workers and keeps warm spares, so that a save is seen within a blink. */
export class Crews {
  readonly #size: number;
  readonly #spareSize: number;
  readonly #packFolders: Readonly<Record<string, string>>;
  readonly #recorded: RecordedSource | undefined;
  readonly #spares: Record<'pool' | 'reduce', WorkerHandle[]> = { pool: [], reduce: [] };
  readonly #board: CrashBoard | undefined;
  /** All threads that have not gone: those of crews, spares, and those that still end. */
  readonly workers = new Set<WorkerHandle>();
  onWarning: (warning: ViewWarning) => void = () => undefined;
  /** See `WorkerHandle.onSpent`. */
  onSpent: (worker: WorkerHandle, of: { readonly view: string; readonly message: string }) => void = () => undefined;
  /** What the newest generation loaded of this installation: spares have it ready for the next. */
  #warm: readonly string[] = [];
  #closed = false;
  #isResting = false;

  constructor(size: number, watched: boolean, packFolders: Readonly<Record<string, string>>, recorded: RecordedSource | undefined, board?: CrashBoard) {
    this.#board = board;
    this.#size = size;
    this.#spareSize = watched ? Math.min(size, MAX_SPARES) : 1;
    this.#packFolders = packFolders;
    this.#recorded = recorded;
  }

  /** Loads a generation into spares. The old crew works on meanwhile; on failure nothing has changed. */
  async load(code: GenerationCode): Promise<Crew | { readonly error: UserError; readonly files: readonly string[] }> {
    this.#isResting = false;
    const pool = Array.from({ length: this.#size }, () => this.#take('pool'));
    const reduce = this.#take('reduce');
    const all = [...pool, reduce];
    const answers = await Promise.all(all.map(async (worker) => {
      const answer = await worker.load({ type: 'load', code, recorded: worker.role === 'pool' ? this.#recorded : undefined }, LOAD_LIMIT_MS);
      // What one of them says of the file holds for all: nobody waits for the others.
      if (answer.type === 'load-failed') for (const other of all) other.refuse(answer.error);
      return answer;
    }));
    const failures = answers.filter((answer) => answer.type === 'load-failed');
    if (failures.length > 0 || this.#closed) {
      await Promise.all(all.map((worker) => worker.end()));
      this.refill();
      // Those that were refused for another's error have seen no files.
      return { error: failures[0]?.error ?? { message: 'closed' }, files: [...new Set(failures.flatMap(({ files }) => files))] };
    }
    const [first] = answers;
    const { descriptor, files, own } = first as Extract<FromWorker, { type: 'loaded' }>;
    this.#warm = own;
    return { code, descriptor, graph: new ViewGraph(descriptor), files, pool: new Set(pool), reduce };
  }

  /** One more worker for a crew, in place of one that had to be ended. */
  async replace(crew: Crew, role: 'pool' | 'reduce'): Promise<WorkerHandle | undefined> {
    const worker = this.#take(role);
    const answer = await worker.load({ type: 'load', code: crew.code, recorded: role === 'pool' ? this.#recorded : undefined }, LOAD_LIMIT_MS);
    if (answer.type === 'loaded' && !this.#closed) {
      this.refill();
      return worker;
    }
    await worker.end();
    return undefined;
  }

  /** Starts the spares that are missing; called when there is time for it. */
  refill(): void {
    if (this.#closed || this.#isResting) return;
    while (this.#spares.pool.length < this.#spareSize) this.#spares.pool.push(this.#start('pool'));
    if (this.#spares.reduce.length === 0) this.#spares.reduce.push(this.#start('reduce'));
  }

  /** Lets the spares go; with the next `load` there are spares again. */
  async rest(): Promise<void> {
    this.#isResting = true;
    await Promise.all([...this.#spares.pool.splice(0), ...this.#spares.reduce.splice(0)].map((worker) => worker.end()));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.rest();
  }

  #start(role: 'pool' | 'reduce'): WorkerHandle {
    const worker = new WorkerHandle(role, this.#packFolders, this.#board);
    worker.onWarning = (warning) => this.onWarning(warning);
    worker.onSpent = (of) => this.onSpent(worker, of);
    worker.send({ type: 'warm', modules: this.#warm });
    this.workers.add(worker);
    void worker.gone.then(() => {
      this.workers.delete(worker);
      if (!this.#closed) collectShared();
    });
    return worker;
  }

  #take(role: 'pool' | 'reduce'): WorkerHandle {
    return this.#spares[role].shift() ?? this.#start(role);
  }
}
