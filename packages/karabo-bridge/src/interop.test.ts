import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { BridgeClient, BridgeFloat, BridgeServer, decode, isBridgeArray, metadataFor, typedArrayOf, type BridgeValue, type Sendable, type SendableTrain } from './index.ts';

const PYTHON = '/usr/bin/python3';
const hasPeer = spawnSync(PYTHON, ['-c', 'import karabo_bridge']).status === 0;
if (!hasPeer) console.log('Skipping the tests against the Python bridge: python3-karabo-bridge is not installed');

const children: ChildProcessWithoutNullStreams[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.stdin.end();
    if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
  }
});

function python(script: string, ...args: string[]): AsyncIterator<string> {
  const child = spawn(PYTHON, [fileURLToPath(new URL(`../interop/${script}`, import.meta.url)), ...args]);
  child.stderr.on('data', (text: Buffer) => console.log(text.toString()));
  children.push(child);
  return createInterface(child.stdout)[Symbol.asyncIterator]();
}

const numbers = (value: BridgeValue | undefined) => (isBridgeArray(value) ? Array.from<number | bigint>(typedArrayOf(value).data) : value);

describe.skipIf(!hasPeer)('against the Python package of the facility', () => {
  const kinds = (['1.0', '2.2'] as const).flatMap((version) => [
    ['REQ', 'REP', version] as const,
    ['SUB', 'PUB', version] as const,
    ['PULL', 'PUSH', version] as const,
  ]);

  test.each(kinds)('our %s client reads its %s server, format %s', async (socket, peer, version) => {
    const lines = python('server.py', peer, version);
    const endpoint = String((await lines.next()).value);
    const client = new BridgeClient({ endpoint, socket, timeoutMs: 20_000 });
    let last = 0;
    for (let i = 0; i < 5; i++) {
      const source = decode(await client.next()).get('DET/IMG/1');
      const id = source?.trainId ?? 0;
      expect(id).toBeGreaterThan(last);
      last = id;
      const first = id % 1000;
      expect(numbers(source?.values.get('image'))).toEqual([0, 1, 2, 3, 4, 5].map((x) => x + first));
      expect(source?.values.get('big')).toMatchObject({ dtype: '>u4', shape: [2, 3] });
      expect(numbers(source?.values.get('big'))).toEqual([0, 1, 2, 3, 4, 5].map((x) => x + first));
      expect(source?.values.get('gain')).toBe(0.5);
      expect(source?.values.get('count')).toBe(7);
      expect(source?.values.get('name')).toBe('µ');
      expect(source?.values.get('big.int')).toBe(2n ** 63n);
      expect(source?.metadata).toMatchObject({ timestamp: 5, 'timestamp.sec': '5', 'timestamp.tid': id });
    }
    client.close();
  });

  test.each(kinds)('its %s client reads our %s server, format %s', async (socket, peer, version) => {
    const server = await BridgeServer.bind({ endpoint: 'tcp://127.0.0.1:0', socket: peer, version });
    const lines = python('client.py', server.endpoint, socket, '3');
    expect((await lines.next()).value).toBe('ready');
    const done = new AbortController();
    const sending = (async () => {
      for (let id = 1; !done.signal.aborted; id++) {
        await server.send(makeTrain(id)).catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    for (let i = 0; i < 3; i++) {
      const { data, meta } = JSON.parse(String((await lines.next()).value)) as { data: Record<string, Record<string, unknown>>; meta: Record<string, Record<string, Record<string, string>>> };
      expect(data['yard/tool/image']).toEqual({
        int: { int: '1' },
        float: { float: '1.0' },
        half: { float: '0.5' },
        big: { int: '18446744073709551615' },
        none: { NoneType: 'None' },
        yes: { bool: 'True' },
        text: { str: 'µ 日本' },
        bytes: { bytes: '00ff' },
        list: [{ int: '1' }, { float: '2.0' }, { str: 'x' }],
        map: { a: { int: '-5' } },
        data: { array: 'uint16', shape: [2, 2], values: [1, 2, 3, 4] },
        big_endian: { array: '>u2', shape: [1], values: [258] },
        point: { array: 'float64', shape: [], values: [2.5] },
        nothing: { array: 'float32', shape: [0, 3], values: [] },
        names: { array: '<U1', shape: [2], values: ['a', 'b'] },
      });
      const metadata = meta['yard/tool/image'];
      expect(metadata['source']).toEqual({ str: 'yard/tool/image' });
      expect(metadata['timestamp']).toEqual({ float: '1500000000.0' });
      expect(metadata['timestamp.frac']).toEqual({ str: '000000000000000000' });
      expect(Object.keys(metadata['timestamp.tid'])).toEqual(['int']);
    }
    done.abort();
    server.close();
    await sending;
  });
});

function makeTrain(id: number): SendableTrain {
  const values = new Map<string, Sendable>([
    ['int', 1],
    ['float', new BridgeFloat(1)],
    ['half', 0.5],
    ['big', 2n ** 64n - 1n],
    ['none', null],
    ['yes', true],
    ['text', 'µ 日本'],
    ['bytes', Uint8Array.of(0, 255)],
    ['list', [1, new BridgeFloat(2), 'x']],
    ['map', { a: -5 }],
    ['data', { dtype: 'uint16', shape: [2, 2], bytes: new Uint8Array(Uint16Array.of(1, 2, 3, 4).buffer) }],
    ['big_endian', { dtype: '>u2', shape: [1], bytes: Uint8Array.of(1, 2) }],
    ['point', { dtype: 'float64', shape: [], bytes: new Uint8Array(Float64Array.of(2.5).buffer) }],
    ['nothing', { dtype: 'float32', shape: [0, 3], bytes: new Uint8Array(0) }],
    ['names', { dtype: '<U1', shape: [2], bytes: new Uint8Array(Uint32Array.of(97, 98).buffer) }],
  ]);
  return new Map([['yard/tool/image', { metadata: metadataFor('yard/tool/image', id, 1_500_000_000_000), values }]]);
}
