import { afterEach } from 'vitest';
import { BridgeClient, BridgeServer, decode, metadataFor, type BridgeClientOptions, type BridgeServerOptions, type SendableTrain } from './index.ts';

/** Servers and clients on real sockets, closed after each test, the newest first. */
export const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

export async function serve(options: Partial<BridgeServerOptions> = {}): Promise<BridgeServer> {
  const server = await BridgeServer.bind({ endpoint: 'tcp://127.0.0.1:0', socket: 'REP', version: '2.2', ...options });
  open.push(server);
  return server;
}

export function connect(endpoint: string, options: Partial<BridgeClientOptions> = {}): BridgeClient {
  const client = new BridgeClient({ endpoint, socket: 'REQ', ...options });
  open.push(client);
  return client;
}

export function train(id: number, bytes = 8): SendableTrain {
  const image = { dtype: 'uint8', shape: [bytes], bytes: new Uint8Array(bytes).fill(id) };
  return new Map([['A/B/C', { metadata: metadataFor('A/B/C', id, Date.now()), values: new Map([['image', image]]) }]]);
}

export async function nextId(client: BridgeClient): Promise<number | undefined> {
  return decode(await client.next()).get('A/B/C')?.trainId;
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
