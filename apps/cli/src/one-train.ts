import { YardError } from '@trainyard/core';
import { BridgeClient, decode, isBridgeArray, release, type BridgeTrain, type BridgeValue, type ClientSocket } from '@trainyard/karabo-bridge';

/** What a stream showed within a few trains. */
export interface Glimpse {
  readonly endpoint: string;
  readonly format: '1.0' | '2.2';
  /** The socket that the server answered: REQ, else SUB, else PULL. */
  readonly socket: ClientSocket;
  readonly trainIds: readonly number[];
  /** Messages a second; undefined when only one came. */
  readonly rate: number | undefined;
  /** Bytes of one train. */
  readonly bytes: number;
  /** Source -> key -> what its value is. */
  readonly sources: ReadonlyMap<string, ReadonlyMap<string, GlimpsedKey>>;
}

export interface GlimpsedKey {
  /** numpy's name for arrays; `list`, `str`, `bool`, `int`, `float`, `bytes`, `dict`, `None` for what is none. */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly length: number;
}

const PATIENCE_MS = 4000;
/** Looking on ends so long after the first train. */
const ENOUGH_MS = 2500;

/**
 * Looks at the next trains of a bridge and goes again, with the socket type that its server speaks. Throws `ENDPOINT_SILENT`
 * with what is known of the reason when none comes within a few seconds. With REQ and PULL each train seen is one that
 * another client does not get.
 */
export async function glimpse(endpoint: string, trains = 1): Promise<Glimpse> {
  for (const socket of ['REQ', 'SUB'] as const) {
    const found = await look(endpoint, trains, socket);
    if (found) return found;
  }
  return (await look(endpoint, trains, 'PULL', false))!;
}

/** Undefined as soon as the server turns out to speak another socket type. */
async function look(endpoint: string, trains: number, socket: ClientSocket, mayBeOther = true): Promise<Glimpse | undefined> {
  const other = new AbortController();
  const times: number[] = [];
  let enough: NodeJS.Timeout | undefined;
  const client = new BridgeClient({ endpoint, socket, timeoutMs: PATIENCE_MS, onStatus: ({ text }) => mayBeOther && times.length === 0 && text.includes('another socket type') && other.abort() });
  const sources = new Map<string, Map<string, GlimpsedKey>>();
  const trainIds = new Set<number>();
  let format: Glimpse['format'] = '2.2';
  let bytes = 0;
  try {
    while (times.length < trains) {
      let frames: Uint8Array[];
      try {
        frames = await client.next(other.signal);
      } catch (error) {
        if (times.length > 0) break;
        if (other.signal.aborted) return undefined;
        throw (error as { code?: string }).code === 'BRIDGE_TIMEOUT' ? silent(endpoint, client) : error;
      }
      times.push(performance.now());
      enough ??= setTimeout(() => other.abort(), ENOUGH_MS);
      format = frames.length === 1 ? '1.0' : '2.2';
      bytes = frames.reduce((sum, frame) => sum + frame.byteLength, 0);
      add(decode(frames), sources, trainIds);
      release(frames);
    }
  } finally {
    clearTimeout(enough);
    client.close();
  }
  return { endpoint, socket, format, trainIds: [...trainIds], rate: rateOf(times), bytes, sources };
}

/** Trains that had waited in the server's queue come at once: they say nothing of its rate. */
function rateOf(times: readonly number[]): number | undefined {
  const start = Math.max(0, times.findIndex((time, i) => i > 0 && time - times[i - 1]! > 10));
  const [from, to] = [times[start], times.at(-1)];
  return from !== undefined && to !== undefined && to > from ? ((times.length - 1 - start) * 1000) / (to - from) : undefined;
}

function silent(endpoint: string, client: BridgeClient): YardError {
  const { state, text } = client.status;
  if (state === 'connected') return new YardError('ENDPOINT_SILENT', `Something listens at ${endpoint}, but no train came within ${PATIENCE_MS / 1000} s: does the bridge send at the moment?`);
  return new YardError('ENDPOINT_SILENT', state === 'connecting' ? `Nothing answers at ${endpoint}: is the server running, are host and port right?` : `${text.replace(/; (trying|connecting) again$/, '')}.`);
}

function add(train: BridgeTrain, sources: Map<string, Map<string, GlimpsedKey>>, trainIds: Set<number>): void {
  for (const [name, source] of train) {
    if (source.trainId !== undefined) trainIds.add(source.trainId);
    const keys = sources.get(name) ?? new Map<string, GlimpsedKey>();
    for (const [key, value] of source.values) keys.set(key, describe(value));
    sources.set(name, keys);
  }
}

function describe(value: BridgeValue): GlimpsedKey {
  if (isBridgeArray(value)) return { dtype: value.dtype, shape: value.shape, length: value.bytes.byteLength };
  if (Array.isArray(value)) return { dtype: value.every((item) => typeof item === 'number') ? 'list' : 'list of objects', shape: [value.length], length: 0 };
  if (value instanceof Uint8Array) return { dtype: 'bytes', shape: [value.length], length: value.length };
  const names: Record<string, string> = { string: 'str', boolean: 'bool', bigint: 'int', number: Number.isInteger(value) ? 'int' : 'float', object: value === null ? 'None' : 'dict' };
  return { dtype: names[typeof value] ?? typeof value, shape: [], length: 0 };
}
