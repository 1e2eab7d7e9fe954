import { totalmem } from 'node:os';
import { YardError, didYouMean } from '@trainyard/core';
import { checkEndpoint } from '@trainyard/karabo-bridge';

export type StreamSocket = 'REQ' | 'SUB' | 'PULL';

/** What happens when trains come faster than views take them. */
export type WhenFull = 'block' | 'drop-oldest' | 'drop-newest';

/** One stream as it was named: its address, and how its trains are taken. */
export interface StreamSettings {
  readonly endpoint: string;
  readonly socket: StreamSocket;
  readonly whenFull: WhenFull;
  /** Only train IDs that are multiples of it are taken; 1 takes all. */
  readonly sample: number;
  /** The slots of its trains take so many bytes at most. */
  readonly memory: number;
}

const SOCKETS: readonly StreamSocket[] = ['REQ', 'SUB', 'PULL'];
const POLICIES: readonly WhenFull[] = ['block', 'drop-oldest', 'drop-newest'];
const UNITS = { kB: 1e3, MB: 1e6, GB: 1e9 } as const;
/** What one WebAssembly memory can have. */
const MOST_BYTES = 2 ** 32;
const LEAST_BYTES = 65_536;

/** `block`, `drop-oldest`, `drop-newest`, or `sample(10)` with what happens beside. */
export function policyOf({ whenFull, sample }: StreamSettings): string {
  return sample > 1 ? `sample(${sample}), ${whenFull}` : whenFull;
}

/**
 * Reads the addresses of `--stream`: `tcp://host:port`, with settings of its own behind a question mark where it needs them:
 * `tcp://host:port?socket=SUB&policy=drop-newest&memory=2GB`. `socket` holds for those that name none.
 *
 * Policies: `block` (REQ and PULL; their default) asks for a train only when there is room, so that the sender waits. `drop-oldest`
 * (the default of SUB) and `drop-newest` read all the time. `sample(n)` takes the train IDs that are multiples of n.
 *
 * Memory: a quarter of what this process may have, shared by its streams, 4 GiB each at most.
 *
 * Throws `STREAM_ADDRESS`, `STREAM_TWICE`, and `BRIDGE_ENDPOINT` when an address is none.
 */
export function parseStreams(texts: readonly string[], socket: StreamSocket): StreamSettings[] {
  const share = Math.max(LEAST_BYTES, Math.min(MOST_BYTES, Math.floor(machineMemory() / 4 / texts.length)));
  const streams = texts.map((text) => parseStream(text, socket, share));
  const seen = new Map<string, string>();
  for (const { endpoint } of streams) {
    const same = endpoint.replace('//localhost:', '//127.0.0.1:');
    const before = seen.get(same);
    if (before !== undefined) throw new YardError('STREAM_TWICE', `The stream ${before} is given twice${before === endpoint ? '' : `, once as ${endpoint}`}: name each stream once.`);
    seen.set(same, endpoint);
  }
  return streams;
}

function parseStream(text: string, defaultSocket: StreamSocket, share: number): StreamSettings {
  const mark = text.indexOf('?');
  const endpoint = mark < 0 ? text : text.slice(0, mark);
  checkEndpoint(endpoint, 'connect');
  const wrong = (what: string): YardError => new YardError('STREAM_ADDRESS', `${text}: ${what}`);
  const settings = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(mark < 0 ? '' : text.slice(mark + 1))) {
    if (!['socket', 'policy', 'memory'].includes(name)) throw wrong(`a stream has no setting "${name}"; it has socket, policy and memory.${didYouMean(name, ['socket', 'policy', 'memory'])}`);
    if (settings.has(name)) throw wrong(`${name} is given twice.`);
    settings.set(name, value);
  }
  const socket = oneOf(settings.get('socket')?.toUpperCase() ?? defaultSocket, SOCKETS);
  if (!socket) throw wrong(`the socket is ${SOCKETS.join(', ')}, not "${settings.get('socket')}".${didYouMean(settings.get('socket')!, SOCKETS)}`);
  const memory = settings.has('memory') ? parseBytes(settings.get('memory')!) : share;
  if (memory === undefined || memory < LEAST_BYTES || memory > MOST_BYTES) throw wrong(`memory is from 66kB to 4.2GB, such as memory=500MB, not "${settings.get('memory')}".`);
  const ordinary: WhenFull = socket === 'SUB' ? 'drop-oldest' : 'block';
  const policy = settings.get('policy') ?? ordinary;
  const sampled = /^sample\((\d+)\)$/.exec(policy);
  const sample = sampled ? Number(sampled[1]) : 1;
  if (sampled && !(Number.isSafeInteger(sample) && sample > 0)) throw wrong(`sample(n) takes a whole number from 1: sample(10) takes the train IDs that are multiples of 10.`);
  const whenFull = sampled ? ordinary : oneOf(policy, POLICIES);
  if (!whenFull) throw wrong(`the policy is ${POLICIES.join(', ')} or sample(n), not "${policy}".${didYouMean(policy, [...POLICIES, 'sample(10)'])}`);
  if (socket === 'SUB' && whenFull === 'block') throw wrong('a SUB socket cannot make its sender wait: a PUB server that is not read drops trains by itself, and nobody counts them. Take drop-oldest or drop-newest, or a REQ or PULL socket.');
  return { endpoint, socket, whenFull, sample, memory };
}

/** Bytes that this process may have: the machine's, or what its cgroup leaves it. Without a limit that is 0, or more than there is. */
function machineMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

function oneOf<T extends string>(text: string, known: readonly T[]): T | undefined {
  return known.find((one) => one === text);
}

function parseBytes(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(kB|MB|GB)$/.exec(text) ?? [];
  return number === undefined ? undefined : Math.floor(Number(number) * UNITS[unit as keyof typeof UNITS]);
}
