import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Control, Workshop, type RunningYard } from '../support/yard.ts';

/** What may come to the control endpoint: refused, and the trains go on. */
const shop = new Workshop();
let yard: RunningYard;
let control: Control;
let address: URL;
beforeAll(async () => {
  const sim = shop.start(['sim', '--endpoint', 'tcp://127.0.0.1:*', '--small', '--no-detector', '--json']);
  const endpoint = (await sim.line(/"endpoint":"(tcp:[^"]+)"/))[1]!;
  shop.write('views.ts', `import { parameters, slider, view } from '@trainyard/core';
const p = parameters({ s: slider(5, 0, 20) });
export const a = view.scalar({ xgm: 'karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]' }, ({ xgm }) => xgm.sum() * p.s);
`);
  yard = shop.start(['live', 'views.ts', '--stream', endpoint, '--workers', '1']);
  address = new URL((await yard.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/))[0]);
  control = new Control(address.href);
});
afterAll(() => shop.close());

/** Trains go on after whatever was sent. */
async function expectAlive(): Promise<void> {
  const { done } = (await control.state()).trains;
  await control.until('more trains', ({ trains }) => trains.done > done);
  expect(yard.child.exitCode).toBeNull();
}

/** Sends these bytes as they are; gives back the status line. */
function raw(request: string): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(Number(address.port), '127.0.0.1', () => socket.write(request));
    const end = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(said.split('\r\n')[0]!);
    };
    const timer = setTimeout(end, 1000);
    socket.on('data', (data) => {
      said += data.toString();
      if (said.includes('\r\n')) end();
    }).on('error', end).on('close', end);
  });
}

const UPGRADE = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n';
test.each([
  ['GET', '//', '', /40[34]/], ['GET', '/%', '', /404/], ['GET', 'http://:99999999/', '', /40\d/], ['GET', '/../../../../etc/passwd', '', /404/],
  ['GET', '/assets/..%2f..%2fpackage.json', '', /404/], ['GET', '/assets/../../package.json', '', /404/], ['GET', '/assets/%00', '', /404/],
  ['GET', '/', '', /403/], ['GET', '/api/state', '', /403/], ['GET', '/api/state?token=x', '', /403/], ['POST', '/api/control?token=', '', /403/],
  ['GET', '//', UPGRADE, /403/], ['GET', 'http://[/', UPGRADE, /403|400/], ['GET', '/api/socket', UPGRADE, /403/], ['GET', '/api/socket?token=x', UPGRADE, /403/],
] as const)('%s %s %s', async (method, target, headers, status) => {
  expect(await raw(`${method} ${target} HTTP/1.1\r\nHost: x\r\n${headers || 'Connection: close\r\n'}\r\n`)).toMatch(status);
  await expectAlive();
});

const post = (body: string): Promise<Response> => fetch(new URL(`/api/control${address.search}`, address), { method: 'POST', body });

test.each(['', 'null', '3', '{bad'])('the body "%s"', async (body) => {
  const response = await post(body);
  expect([400, 200]).toContain(response.status);
  expect((await response.json()) as object).toMatchObject({ code: expect.stringMatching(/BODY|VERB/) });
});

test.each<[object, string]>([
  [{}, 'VERB'], [{ verb: 'nope' }, 'VERB'], [{ verb: '__proto__' }, 'VERB'],
  [{ verb: 'set', group: 'views', name: 's', value: 99 }, 'PARAM_RANGE'], [{ verb: 'set', group: 'views', name: 's', value: null }, 'PARAM_TYPE'],
  [{ verb: 'set', group: '__proto__', name: 'x', value: 1 }, 'SET_UNKNOWN'], [{ verb: 'set' }, 'BODY'], [{ verb: 'set', group: 3, name: {}, value: [[]] }, 'BODY'],
  [{ verb: 'action', group: 'views' }, 'BODY'], [{ verb: 'clear', name: { a: 1 } }, 'BODY'],
  [{ verb: 'cancel', name: 'x' }, 'BODY'], [{ verb: 'cancel', group: '', name: 'toString' }, 'ACTION_UNKNOWN'], [{ verb: 'action', group: '', name: '__proto__' }, 'ACTION_UNKNOWN'],
  [{ verb: 'freeze', name: 4 }, 'BODY'], [{ verb: 'freeze', name: '../..' }, 'VIEW_UNKNOWN'],
])('%o is refused', async (message, code) => {
  expect(await control.request(message)).toMatchObject({ ok: false, code });
});

test('a body without end is cut off', async () => {
  expect(await post('x'.repeat(3_000_000)).then((response) => response.status, () => 413)).toBe(413);
  await expectAlive();
});

test.each(['null', '3', '[]', '{}', '{bad', '{"type":"watch"}', '{"type":"watch","wants":3}', '{"type":"watch","wants":[null,3,{},{"key":1,"id":"views/a"},{"key":"a","id":"views/a","as":{"as":"whole"}},{"key":"b","id":"karabo#","as":{"as":"whole"}},{"key":"c","id":"bad[","as":{"as":"curve","pixels":1e99,"window":[9,-9]}},{"key":"d","id":"karabo#A/B/C.d","as":{"as":"picture","block":-1,"window":["x"],"plane":[null]}}]}', '{"type":"ack"}', '{"type":"request"}', '{"type":"request","verb":null}', 'x'.repeat(1_500_000)])('over the socket: %.60s', async (message) => {
  const socket = new WebSocket(new URL(`/api/socket${address.search}`, address.href.replace('http', 'ws')));
  await new Promise((resolve) => socket.once('open', resolve));
  socket.on('error', () => undefined).send(message);
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.terminate();
  await expectAlive();
});

test('many sockets that say nothing', async () => {
  const sockets = Array.from({ length: 200 }, () => connect(Number(address.port), '127.0.0.1').on('error', () => undefined));
  await expectAlive();
  for (const socket of sockets) socket.destroy();
});
