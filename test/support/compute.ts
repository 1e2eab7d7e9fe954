import { dirname } from 'node:path';
import { ALL_TRAINS, Engine, FileSink, ProjectFolder, RecordedTrains, StreamTrains, parseStreams, type Installed, type Sink, type Summary, type TrainIdRange, type TrainSource } from '@trainyard/runtime';

/** One computation of a views file into a results file, in this process with real workers. */
export interface Computation {
  readonly views: string;
  readonly out: string;
  readonly installed: Installed;
  readonly workers?: number;
  readonly sets?: Readonly<Record<string, string>>;
  /** Called once, when so many trains are through; a few more are under way then, the others wait until it has ended. */
  readonly after?: { readonly trains: number; readonly work: (engine: Engine) => Promise<void> };
  readonly onNote?: (text: string) => void;
}

export async function computeRun(run: string, what: Computation, part?: TrainIdRange): Promise<Summary> {
  return compute(part ? await RecordedTrains.ofPart(run, part) : await RecordedTrains.ofRun(run, ALL_TRAINS), what);
}

/** So many trains of a stream. */
export async function computeStream(endpoint: string, trains: number, what: Computation): Promise<Summary> {
  return compute(new StreamTrains(parseStreams([endpoint], 'REQ'), { from: 0, to: trains }), what);
}

async function compute(source: TrainSource, { views, out, installed, workers = 2, sets = {}, after, onNote }: Computation): Promise<Summary> {
  const sink = await FileSink.open({ path: out, force: false, title: 'views.ts', provenance: { program: 'trainyard' } });
  const gate = new Gate(source, after?.trains ?? Infinity);
  const engine = new Engine({ file: views, verb: 'run', source, sinks: [sink, gate], installed, version: '0', watch: false, workers, sets, project: new ProjectFolder(dirname(views)) });
  if (onNote) engine.onNote = onNote;
  sink.onRoom = () => source.onChange();
  gate.onReached = () => void after!.work(engine).then(() => gate.open());
  await engine.start();
  return engine.finished;
}

const UNDER_WAY = 4;

/** Lets so many trains and a few more go; the others when it is opened. */
class Gate implements Sink {
  onReached: () => void = () => undefined;
  readonly #source: TrainSource;
  readonly #at: number;
  #left: number;
  #through = 0;

  constructor(source: TrainSource, at: number) {
    this.#source = source;
    this.#at = at;
    this.#left = at + UNDER_WAY;
    const take = source.take.bind(source);
    source.take = () => {
      const train = this.#left > 0 ? take() : undefined;
      if (train) this.#left -= 1;
      return train;
    };
  }

  open(): void {
    this.#left = Infinity;
    this.#source.onChange();
  }

  generation(): void {
    // Of no interest here.
  }

  train(): void {
    this.#through += 1;
    if (this.#through === this.#at) this.onReached();
  }

  async close(): Promise<void> {
    // Nothing is held.
  }
}
