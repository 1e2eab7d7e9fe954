import { YardError } from '@trainyard/core';
import { BridgeClient, decode, isBridgeArray, release, type BridgeTrain, type BridgeValue, type ClientSocket } from '@trainyard/karabo-bridge';

/** What a stream showed within a few trains. */
export interface Glimpse {
  readonly endpoint: string;
  readonly format: '1.0' | '2.2';
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

/**
 * Looks at the next trains of a bridge and goes again. Throws `ENDPOINT_SILENT` with what is known of the reason when none
 * comes within a few seconds. With REQ each train seen is one that another client does not get.
 */
export async function glimpse(endpoint: string, trains = 1, socket: ClientSocket = 'REQ'): Promise<Glimpse> {
  const client = new BridgeClient({ endpoint, socket, timeoutMs: PATIENCE_MS });
  const sources = new Map<string, Map<string, GlimpsedKey>>();
  const trainIds = new Set<number>();
  let format: Glimpse['format'] = '2.2';
  let bytes = 0;
  let [first, last, messages] = [0, 0, 0];
  try {
    while (messages < trains) {
      let frames: Uint8Array[];
      try {
        frames = await client.next();
      } catch (error) {
        if (messages > 0) break;
        throw (error as { code?: string }).code === 'BRIDGE_TIMEOUT' ? silent(endpoint, client) : error;
      }
      last = performance.now();
      if (messages === 0) first = last;
      messages += 1;
      format = frames.length === 1 ? '1.0' : '2.2';
      bytes = frames.reduce((sum, frame) => sum + frame.byteLength, 0);
      look(decode(frames), sources, trainIds);
      release(frames);
    }
  } finally {
    client.close();
  }
  return { endpoint, format, trainIds: [...trainIds], rate: messages > 1 && last > first ? ((messages - 1) * 1000) / (last - first) : undefined, bytes, sources };
}

function silent(endpoint: string, client: BridgeClient): YardError {
  const { state, text } = client.status;
  if (state === 'connected') return new YardError('ENDPOINT_SILENT', `Something listens at ${endpoint}, but no train came within ${PATIENCE_MS / 1000} s: does the bridge send at the moment, and is its socket REP (the default; PUB and PUSH need --socket SUB or PULL)?`);
  return new YardError('ENDPOINT_SILENT', state === 'connecting' ? `Nothing answers at ${endpoint}: is the server running, are host and port right?` : `${text.replace(/; (trying|connecting) again$/, '')}.`);
}

function look(train: BridgeTrain, sources: Map<string, Map<string, GlimpsedKey>>, trainIds: Set<number>): void {
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
