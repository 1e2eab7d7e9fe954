import { Publisher, Reply } from 'zeromq';
import { encode, metadataFor, type Sendable } from '@trainyard/karabo-bridge';

/** Sources of one message: name -> its values; `tid` is its train ID where it has one of its own. */
export type Sources = Readonly<Record<string, { readonly [key: string]: Sendable }>>;

/** The frames of one message; the sources' train ID is `trainId`, or their own `tid`. */
export function message(trainId: number, sources: Sources, timeMs = 0): Uint8Array[] {
  const train = new Map(Object.entries(sources).map(([name, { tid, ...values }]) => [name, {
    metadata: { ...metadataFor(name, trainId, timeMs), ...(tid !== undefined && { 'timestamp.tid': tid }) },
    values: new Map(Object.entries(values)),
  }]));
  return encode(train, '2.2') as Uint8Array[];
}

/** An array of float32 for a message. */
export function floats(length: number, value: number): Sendable {
  return { dtype: 'float32', shape: [length], bytes: new Uint8Array(new Float32Array(length).fill(value).buffer) };
}

/** A real bridge: REP hands one message to each request, PUB sends to all. */
export class Bridge {
  readonly endpoint: string;
  readonly #socket: Reply | Publisher;
  readonly #queue: Uint8Array[][] = [];
  #wake: () => void = () => undefined;
  #sent = 0;

  static async open(type: 'REP' | 'PUB' = 'REP', endpoint = 'tcp://127.0.0.1:*'): Promise<Bridge> {
    const socket = type === 'REP' ? new Reply({ linger: 0 }) : new Publisher({ linger: 0 });
    await socket.bind(endpoint);
    return new Bridge(socket);
  }

  private constructor(socket: Reply | Publisher) {
    this.#socket = socket;
    this.endpoint = socket.lastEndpoint!;
    void this.#run().catch(() => undefined);
  }

  /** How many messages were handed over. */
  get sent(): number {
    return this.#sent;
  }

  send(...messages: Uint8Array[][]): void {
    this.#queue.push(...messages);
    this.#wake();
  }

  close(): void {
    if (!this.#socket.closed) this.#socket.close();
  }

  async #run(): Promise<void> {
    for (;;) {
      if (this.#socket instanceof Reply) await this.#socket.receive();
      while (this.#queue.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
      await this.#socket.send(this.#queue.shift()!);
      this.#sent += 1;
    }
  }
}
