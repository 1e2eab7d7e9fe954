/**
 * The bridge beside the facility's own Python package, same server, same machine, in turn.
 *
 *     npx node --conditions=development bench/karabo-bridge.ts [seconds per run]
 *
 * Each row: a server and a client in processes of their own, REQ over TCP loopback, format 2.2, four different trains in turn.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { BridgeClient, BridgeServer, decode, encode, isBridgeArray, metadataFor, release } from '../packages/karabo-bridge/src/index.ts';

const SELF = fileURLToPath(import.meta.url);
const NODE = [process.execPath, '--conditions=development', SELF];
const PYTHON = '/usr/bin/python3';
const peer = (name: string) => fileURLToPath(new URL(`peers/${name}`, import.meta.url));
/** What the runtime will set for its receiving process: no page faults for large messages. */
const ALLOCATOR = { MALLOC_MMAP_MAX_: '0', MALLOC_ARENA_MAX: '1', MALLOC_TOP_PAD_: '268435456' };

const [role, ...args] = process.argv.slice(2);
if (role === 'server') await serve(Number(args[0]));
else if (role === 'client') await read(args[0] === 'release', args[1], Number(args[2]));
else await compare(Number(role ?? 1.5));

async function serve(bytes: number): Promise<void> {
  const trains = [0, 1, 2, 3].map((i) => {
    const image = { dtype: 'uint16', shape: bytes >= 2048 ? [bytes / 2048, 1024] : [bytes / 2, 1], bytes: new Uint8Array(bytes).map((_, at) => at * 31 + i) };
    return encode(new Map([['DET', { metadata: metadataFor('DET', 1e10 + i, 1500), values: new Map([['image.data', image]]) }]]), '2.2');
  });
  const server = await BridgeServer.bind({ endpoint: 'tcp://127.0.0.1:0', socket: 'REP', version: '2.2' });
  console.log(server.endpoint);
  process.stdin.resume().on('end', () => process.exit());
  for (let i = 0; ; i++) await server.send(trains[i % 4]);
}

async function read(releasing: boolean, endpoint: string, seconds: number): Promise<void> {
  const client = new BridgeClient({ endpoint, socket: 'REQ', timeoutMs: 20_000 });
  for (let i = 0; i < 5; i++) await client.next();
  const began = performance.now();
  let count = 0;
  for (; performance.now() - began < seconds * 1000; count++) {
    const frames = await client.next();
    const image = decode(frames).get('DET')?.values.get('image.data');
    if (!isBridgeArray(image) || image.bytes.length === 0) throw new Error('No image in the train');
    if (releasing) release(frames);
  }
  console.log(count, (performance.now() - began) / 1000);
  client.close();
}

async function compare(seconds: number): Promise<void> {
  const servers: [name: string, command: string[]][] = [
    ['Python', [PYTHON, peer('bridge_server.py')]],
    ['ours', [...NODE, 'server']],
  ];
  const clients: [name: string, command: string[], env?: Record<string, string>][] = [
    ['Python', [PYTHON, peer('bridge_client.py')]],
    ['ours', [...NODE, 'client', 'keep']],
    ['ours, released', [...NODE, 'client', 'release']],
    ['ours, rel. + allocator', [...NODE, 'client', 'release'], ALLOCATOR],
  ];
  console.log('server   client                   message      msg/s      MB/s');
  for (const bytes of [256, 4_194_304, 33_554_432]) {
    for (const [serverName, serverCommand] of servers) {
      const server = spawn(serverCommand[0], [...serverCommand.slice(1), String(bytes)], { stdio: ['pipe', 'pipe', 'inherit'] });
      const endpoint = String((await createInterface(server.stdout)[Symbol.asyncIterator]().next()).value);
      const rates = clients.map((): number[] => []);
      for (let round = 0; round < 3; round++) {
        for (const [i, [, command, env]] of clients.entries()) {
          const client = spawn(command[0], [...command.slice(1), endpoint, String(seconds)], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
          const line = String((await createInterface(client.stdout)[Symbol.asyncIterator]().next()).value);
          const [count, took] = line.split(' ').map(Number);
          rates[i].push(count / took);
        }
      }
      server.stdin.end();
      if (server.exitCode === null) await once(server, 'exit');
      for (const [i, [name]] of clients.entries()) {
        const rate = rates[i].sort((a, b) => a - b)[1];
        console.log(`${serverName.padEnd(8)} ${name.padEnd(22)} ${size(bytes).padStart(9)} ${rate.toFixed(0).padStart(10)} ${((rate * bytes) / 1e6).toFixed(0).padStart(9)}`);
      }
    }
  }
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${bytes} B` : `${(bytes / 1e6).toFixed(1)} MB`;
}
