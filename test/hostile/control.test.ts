import { chmodSync } from 'node:fs';
import { request as send } from 'node:http';
import { connect, type Socket } from 'node:net';
import { encode } from '@msgpack/msgpack';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Control, Workshop, type RunningYard } from '../support/yard.ts';

/** What may come to the control endpoint: refused, and the trains go on. */
const shop = new Workshop();
let yard: RunningYard;
let control: Control;
let address: URL;
let look: string;
/** A body that stops. */
let slow: Promise<Answer>;
beforeAll(async () => {
  const sim = shop.start(['sim', '--endpoint', 'tcp://127.0.0.1:*', '--small', '--no-detector', '--json']);
  const endpoint = (await sim.line(/"endpoint":"(tcp:[^"]+)"/))[1]!;
  shop.write('views.ts', `import { parameters, slider, view } from '@trainyard/core';
const p = parameters({ s: slider(5, 0, 20) });
export const a = view.scalar({ xgm: 'karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]' }, ({ xgm }) => xgm.sum() * p.s);
`);
  chmodSync(shop.write('password', 'correct horse battery\n'), 0o600);
  yard = shop.start(['live', 'views.ts', '--stream', endpoint, '--workers', '1', '--password-file', shop.path('password'), '--allow-origin', 'https://hub.example']);
  address = new URL((await yard.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/))[0]);
  control = new Control(address.href);
  look = (await yard.line(/To look only: \S+token=(\w+)/))[1]!;
  slow = ask('PUT', '/api/layouts/slow', { headers: { 'content-length': '100' }, body: '{', leaveOpen: true });
});
afterAll(() => shop.close());

/** Trains go on after whatever was sent. */
async function expectAlive(): Promise<void> {
  const { done } = (await control.state()).trains;
  await control.until('more trains', ({ trains }) => trains.done > done);
  expect(yard.child.exitCode).toBeNull();
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
  readonly code: string | undefined;
}

interface Asked {
  /** That of control without it. */
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
  readonly leaveOpen?: boolean;
  readonly from?: string;
}

/** A request with the path as it is. */
function ask(method: string, path: string, { token = address.searchParams.get('token')!, headers = {}, body, leaveOpen, from }: Asked = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = send({ method, path, host: '127.0.0.1', port: address.port, agent: false, headers: { ...(token !== '' && { authorization: `Bearer ${token}` }), ...headers }, ...(from !== undefined && { localAddress: from }) }, async (response) => {
      const text = Buffer.concat(await response.toArray()).toString('latin1');
      let code: string | undefined;
      try {
        ({ code } = JSON.parse(text) as { code?: string });
      } catch {
        // No JSON, no code.
      }
      resolve({ status: response.statusCode!, headers: response.headers, text, code });
    }).on('error', reject);
    if (body !== undefined) asked.write(body);
    if (leaveOpen) asked.flushHeaders();
    else asked.end();
  });
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
  ['GET', '//', '', /200/], ['GET', '/%', '', /404/], ['GET', 'http://:99999999/', '', /40\d/], ['GET', '/../../../../etc/passwd', '', /404/],
  ['GET', '/assets/..%2f..%2fpackage.json', '', /404/], ['GET', '/assets/../../package.json', '', /404/], ['GET', '/assets/%00', '', /404/],
  ['GET', '/api/state', '', /401/], ['GET', '/api/state?token=x', '', /401/], ['POST', '/api/control?token=', '', /401/], ['OPTIONS', '*', '', /40\d/], ['CONNECT', 'x:1', '', /^$|40\d/], ['TRACE', '/', '', /405/],
  ['GET', '//', UPGRADE, /401/], ['GET', 'http://[/', UPGRADE, /40[01]/], ['GET', '/api/socket', UPGRADE, /401/], ['GET', '/api/socket?token=x', UPGRADE, /401/],
] as const)('%s %s %s', async (method, target, headers, status) => {
  expect(await raw(`${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers || 'Connection: close\r\n'}\r\n`)).toMatch(status);
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
  const sockets = Array.from({ length: 1000 }, () => connect(Number(address.port), '127.0.0.1').on('error', () => undefined));
  await expectAlive();
  for (const socket of sockets) socket.destroy();
});

describe('who comes without a token, or as another', () => {
  test('nobody gets in by a wrong token, password as token, or a header that no proxy was named for', async () => {
    for (const token of ['', 'x', 'correct horse battery', look.slice(1), `${look}0`]) expect((await ask('GET', '/api/state', { token })).code, token).toBe('LOGIN');
    expect((await ask('GET', '/api/state', { token: '', headers: { 'x-remote-user': 'anna', cookie: 'trainyard=1; token=1' } })).code).toBe('LOGIN');
  });

  test.each([['evil.example', undefined, 'HOST'], ['127.0.0.1.evil.example', undefined, 'HOST'], ['10.1.2.3', undefined, 'HOST'], [undefined, 'http://evil.example', 'ORIGIN'], [undefined, 'null', 'ORIGIN'], [undefined, 'http://127.0.0.1:1', 'ORIGIN'], ['localhost', 'https://hub.example.evil', 'ORIGIN']])('a page at Host %s, Origin %s, with the right token', async (host, origin, code) => {
    const headers = { ...(host !== undefined && { host }), ...(origin !== undefined && { origin }) };
    for (const [method, path] of [['GET', '/api/state'], ['PUT', '/api/layouts/x'], ['POST', '/api/control'], ['POST', '/api/login'], ['GET', '/metrics']] as const) expect((await ask(method, path, { headers })).code, path).toBe(code);
    const socket = new WebSocket(new URL(`/api/socket${address.search}`, address.href.replace('http', 'ws')), { headers: { ...headers } });
    expect(await new Promise((resolve) => socket.once('unexpected-response', (_, response) => resolve(response.statusCode)).once('open', () => resolve('open')).on('error', () => undefined))).toBe(403);
  });

  test('pages at a forwarded port and of the allowed origin come in', async () => {
    expect((await ask('GET', '/api/hello', { headers: { host: 'localhost:8080', origin: 'http://localhost:8080' } })).status).toBe(200);
    expect((await ask('GET', '/user/anna/proxy/4000/api/hello', { headers: { host: 'hub.example', origin: 'https://hub.example' } })).status).toBe(200);
  });

  test('who may look sees everything and changes nothing', async () => {
    expect(JSON.parse((await ask('GET', '/api/hello', { token: look })).text)).toMatchObject({ role: 'look' });
    expect((await ask('GET', '/api/hello', { token: look })).text).not.toContain(address.searchParams.get('token'));
    for (const verb of ['set', 'action', 'clear', 'reload', 'suspend', 'stop', 'write', 'freeze']) expect((await ask('POST', '/api/control', { token: look, body: JSON.stringify({ type: 'request', request: 1, verb, group: 'views', name: 's', value: 3 }) })).code, verb).toBe('ROLE');
    for (const [method, path] of [['PUT', '/api/layouts/x'], ['DELETE', '/api/layouts/x'], ['POST', '/api/notes'], ['PUT', '/api/masks/x'], ['PUT', '/api/files/views.ts']] as const) expect((await ask(method, path, { token: look, ...(method !== 'DELETE' && { body: '{}' }) })).code, path).toBe('ROLE');
    const socket = new WebSocket(new URL(`/api/socket?token=${look}`, address.href.replace('http', 'ws')));
    const messages: Record<string, unknown>[] = [];
    const replied = new Promise<void>((resolve) => socket.on('message', (data, isBinary) => {
      if (!isBinary) messages.push(JSON.parse((data as Buffer).toString()) as Record<string, unknown>);
      if (messages.at(-1)?.['type'] === 'reply') resolve();
    }));
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(JSON.stringify({ type: 'request', request: 7, verb: 'stop' }));
    await replied;
    socket.terminate();
    expect(messages[0]).toMatchObject({ type: 'hello', hello: { role: 'look' } });
    expect(messages.at(-1)).toMatchObject({ ok: false, code: 'ROLE', request: 7 });
    await expectAlive();
  });

  test('a password is not to be guessed; it gives a token that no browser sends by itself', async () => {
    const logIn = (password: unknown, from: string): Promise<Answer> => ask('POST', '/api/login', { token: '', body: JSON.stringify({ password }), from });
    const codes: (string | undefined)[] = [];
    for (let i = 0; i < 10; i += 1) codes.push((await logIn(`guess ${i}`, '127.0.0.2')).code);
    expect(codes.slice(0, 6)).toEqual(Array(6).fill('PASSWORD'));
    expect(codes.slice(6)).toEqual(Array(4).fill('WAIT'));
    expect((await logIn('correct horse battery', '127.0.0.2')).status).toBe(429);
    for (const bad of ['', '{', '[]', '"x"', 'null', 'x'.repeat(20_000)]) expect((await ask('POST', '/api/login', { token: '', body: bad, from: '127.0.0.3' })).code, bad.slice(0, 9)).toMatch(/BODY|PASSWORD|TOO_LARGE/);
    const { status, headers, text } = await logIn('correct horse battery', '127.0.0.4');
    expect([status, headers['set-cookie']]).toEqual([200, undefined]);
    const { session } = JSON.parse(text) as { session: string };
    expect((await ask('GET', '/api/hello', { token: session })).status).toBe(200);
    expect((await ask('PUT', '/api/layouts/x', { token: session, headers: { origin: 'http://evil.example' }, body: '{}' })).code).toBe('ORIGIN');
    for (const asked of [{ token: `${session}x` }, { token: '', headers: { cookie: `token=${session}` } }]) expect((await ask('GET', '/api/hello', asked)).code).toBe('LOGIN');
  });
});

describe('what is kept', () => {
  const TRICKS = ['..', '../x', '%2e%2e', '%2e%2e%2fx', '..%2f..%2fviews.ts', '..%5c..%5cx', '.%2e/x', '%00', 'a%00.json', '%2fetc%2fpasswd', '//etc/passwd', 'a//b', 'a%0d%0aSet-Cookie:%20x', '%', '%ff', '.hidden', '...', 'a/../../b', '%c0%ae%c0%ae%c0%af', 'x'.repeat(300), '%00'.repeat(3)];
  test.each(['layouts', 'notes', 'masks', 'files', 'frozen', 'h5', 'history', 'value'])('path tricks below /api/%s', async (route) => {
    for (const trick of TRICKS) {
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const { status, text, headers } = await ask(method, `/api/${route}/${trick}`, method === 'PUT' ? { body: '{"trainyard":1,"tabs":[]}', headers: { 'x-hash': '' } } : {});
        expect(status, `${method} ${trick}`).toBeGreaterThanOrEqual(400);
        expect(status, `${method} ${trick}`).toBeLessThan(500);
        expect(text, `${method} ${trick}`).not.toMatch(/root:|yard-test-/);
        expect(headers['set-cookie']).toBeUndefined();
      }
    }
    await expectAlive();
  });

  const panel = { key: 'a', kind: 'image', of: ['views/a'], at: { x: 0, y: 0, w: 1, h: 1 } };
  const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);
  test.each<[string, unknown]>([
    ['null', null], ['a list', []], ['a text', 'x'], ['another version', { trainyard: 2, tabs: [] }], ['a place that is no number', { trainyard: 1, tabs: [{ name: 'a', panels: [{ ...panel, at: { x: 'constructor', y: 0, w: 1, h: 1 } }] }] }], ['an unknown kind', { trainyard: 1, tabs: [{ name: 'a', panels: [{ ...panel, kind: '__proto__' }] }] }],
    ['settings a hundred deep', { trainyard: 1, tabs: [{ name: 'a', panels: [{ ...panel, settings: { a: deep(100) } }] }] }], ['many tabs', { trainyard: 1, tabs: Array.from({ length: 31 }, () => ({ name: 'a', panels: [] })) }], ['two panels of one key', { trainyard: 1, tabs: [{ name: 'a', panels: [panel, panel] }] }],
  ])('a layout that is %s', async (_, layout) => {
    expect((await ask('PUT', '/api/layouts/bad', { body: JSON.stringify(layout) })).code).toMatch(/LAYOUT|BODY/);
    expect((await ask('GET', '/api/layouts/bad')).code).toBe('NOT_FOUND');
  });

  test('prototype keys in a layout change nothing; too large a one, and names that are none, are refused', async () => {
    const text = `{"trainyard":1,"__proto__":{"role":"control"},"tabs":[{"name":"__proto__","panels":[{"key":"constructor","kind":"text","of":[],"at":{"x":0,"y":0,"w":1,"h":1},"settings":{"__proto__":{"a":1},"constructor":{"prototype":{"a":1}}}}]}]}`;
    const other = new WebSocket(new URL(`/api/socket?token=${look}`, address.href.replace('http', 'ws')));
    await new Promise((resolve) => other.once('open', resolve));
    const told = new Promise((resolve) => other.on('message', (data, isBinary) => !isBinary && (data as Buffer).includes('"changed"') && resolve(JSON.parse((data as Buffer).toString()))));
    expect((await ask('PUT', '/api/layouts/night%20shift', { body: text, headers: { 'x-who': 'anna' } })).status).toBe(200);
    expect(await told).toEqual({ type: 'changed', what: 'layouts' });
    other.terminate();
    const { layout, who } = JSON.parse((await ask('GET', '/api/layouts/night%20shift')).text) as { who: string; layout: { tabs: { panels: { settings: object }[] }[] } };
    expect(who).toBe('anna');
    expect(Object.keys(layout)).toEqual(['trainyard', 'tabs']);
    expect(Object.keys(layout.tabs[0]!.panels[0]!.settings)).toEqual(['constructor']);
    expect(({} as { a?: number }).a).toBeUndefined();
    expect((await ask('PUT', '/api/layouts/large', { body: ' '.repeat(300_000) })).code).toBe('TOO_LARGE');
    for (const name of ['-%20', '%20a', 'a%2fb', 'a%3ab', '%3cscript%3e', 'a%22', 'x'.repeat(61)]) expect((await ask('PUT', `/api/layouts/${name}`, { body: text })).code, name).toBe('NAME');
    expect(JSON.parse((await ask('GET', '/api/layouts')).text)).toEqual([{ name: 'night shift', at: expect.any(Number) as number, who: 'anna' }]);
    expect((await ask('DELETE', '/api/layouts/night%20shift')).status).toBe(200);
  });

  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
  const wide = Buffer.from(png);
  wide.writeUInt32BE(4_000_000_000, 16);
  test.each<[string, object]>([
    ['no text', {}], ['a text of a megabyte', { text: 'x'.repeat(1_000_000) }], ['a script as picture', { text: 'a', picture: Buffer.from('<script>').toString('base64') }], ['a picture that is no base64', { text: 'a', picture: '!!' }], ['a signature alone', { text: 'a', picture: png.subarray(0, 8).toString('base64') }],
    ['a PNG that goes on after its end', { text: 'a', picture: Buffer.concat([png, Buffer.from('<script>')]).toString('base64') }], ['four thousand million pixels', { text: 'a', picture: wide.toString('base64') }], ['another type', { text: 'a', picture: 'data:image/svg+xml;base64,PHN2Zz4=' }], ['a train that is none', { text: 'a', trainId: 1e300 }], ['a link that is an object', { text: 'a', link: {} }],
  ])('a note with %s', async (_, note) => {
    expect((await ask('POST', '/api/notes', { body: JSON.stringify(note) })).code).toMatch(/NOTE|PICTURE/);
  });

  test('a note is kept, its picture comes as a picture and as nothing else', async () => {
    const { id } = JSON.parse((await ask('POST', '/api/notes', { body: JSON.stringify({ text: '<b>beam</b>', trainId: 3, picture: png.toString('base64') }) })).text) as { id: string };
    const picture = await ask('GET', `/api/notes/${id}.png`);
    expect(picture.headers).toMatchObject({ 'content-type': 'image/png', 'x-content-type-options': 'nosniff', 'content-security-policy': expect.stringContaining('sandbox') });
    expect(Buffer.from(picture.text, 'latin1').equals(png)).toBe(true);
    expect(JSON.parse((await ask('GET', '/api/notes')).text)).toMatchObject([{ id, hasPicture: true, who: 'viewer' }]);
    expect((await ask('POST', '/api/notes', { body: 'x'.repeat(12_000_000) }).catch(() => ({ code: 'TOO_LARGE' }))).code).toBe('TOO_LARGE');
  });

  const npy = (header: string, data = 4): Buffer => {
    const text = Buffer.from(`${header}\n`);
    return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), Buffer.of(text.length & 255, text.length >> 8), text, Buffer.alloc(data)]);
  };
  const head = (shape: string, descr = "'|u1'"): string => `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`;
  test.each<[string, Buffer]>([
    ['nothing', Buffer.of()], ['noise', Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) & 255))], ['more than there is', npy(head('(2, 3)'))], ['less than there is', npy(head('(1, 2)'))], ['10^18 elements', npy(head('(1000000000, 1000000000)'))], ['a negative length', npy(head('(-2, -2)'))],
    ['pickled objects', npy(head('(4,)', "'|O'"))], ['floats', npy(head('(1,)', "'<f4'"))], ['a header longer than the file', Buffer.concat([Buffer.from('\x93NUMPY\x02\x00\xff\xff\xff\xff', 'latin1'), Buffer.alloc(20)])], ['code for a shape', npy(head('__import__("os")'))], ['no axes', npy(head('()'), 1)],
  ])('a mask whose header says %s', async (_, body) => {
    expect((await ask('PUT', '/api/masks/bad', { body })).code).toBe('MASK');
    expect((await ask('GET', '/api/masks/bad')).code).toBe('NOT_FOUND');
  });

  test('a mask is kept, and its path said', async () => {
    const body = npy(head('(2, 2)'));
    const { path, shape } = JSON.parse((await ask('PUT', '/api/masks/beam%20stop', { body })).text) as { path: string; shape: number[] };
    expect([path, shape]).toEqual([shop.path('.trainyard', 'masks', 'beam stop.npy'), [2, 2]]);
    expect(Buffer.from((await ask('GET', '/api/masks/beam%20stop')).text, 'latin1').equals(body)).toBe(true);
  });
});

test('without --edit no file is read or saved, and no code but what is saved is tried', async () => {
  for (const [method, path] of [['GET', '/api/files'], ['GET', '/api/files/views.ts'], ['PUT', '/api/files/views.ts'], ['GET', '/api/types']] as const) expect([(await ask(method, path, { ...(method === 'PUT' && { body: 'x' }) })).code, path]).toEqual(['ROUTE', path]);
  expect((await ask('POST', '/api/frozen/try', { body: JSON.stringify({ text: 'export const a = 1;' }) })).code).toBe('ROLE');
  expect((await ask('POST', '/api/frozen/try', { body: JSON.stringify({ name: '../..', view: 5 }) })).code).toBe('BODY');
  expect((await ask('POST', '/api/frozen/try', { body: JSON.stringify({ name: '../..' }) })).code).toBe('FROZEN_NONE');
});

describe('too much', () => {
  test('wrong methods, and routes that are none', async () => {
    for (const [method, path] of [['DELETE', '/api/control'], ['PUT', '/api/control'], ['GET', '/api/control'], ['POST', '/api/layouts'], ['PATCH', '/api/layouts/x'], ['POST', '/api/masks/x'], ['PUT', '/'], ['POST', '/assets/x.js']] as const) expect((await ask(method, path)).code, `${method} ${path}`).toBe('METHOD');
    for (const path of ['/api/', '/api/nope', '/api/statex', '/api/__proto__', '/api/constructor', '/metricsx/api/']) expect((await ask('GET', path)).status, path).toBe(404);
  });

  test('a header of a hundred kilobytes, and very many of them', async () => {
    expect(await raw(`GET /api/state HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`)).toMatch(/431|^$/);
    expect(await raw(`GET /api/state HTTP/1.1\r\nHost: 127.0.0.1\r\n${'X: y\r\n'.repeat(20_000)}\r\n`)).toMatch(/431|^$/);
    expect(await raw('\x16\x03\x01\x02\x00\x01\x00')).toMatch(/400|^$/);
    await expectAlive();
  });

  const nested = Buffer.alloc(900_000, 0x91);
  test.each<[string, Buffer]>([['arrays in arrays', nested], ['a map of 2^32 entries', Buffer.of(0xdf, 255, 255, 255, 255)], ['bytes that never come', Buffer.of(0xc6, 255, 255, 255, 255, 0)], ['a value frame', Buffer.from(encode({ key: 'a', id: 'views/a', trainId: 1, value: 1 }))]])('msgpack that is %s, over the socket and as a body', async (_, bytes) => {
    expect((await ask('POST', '/api/control', { body: bytes })).code).toBe('BODY');
    const socket = new WebSocket(new URL(`/api/socket${address.search}`, address.href.replace('http', 'ws')));
    await new Promise((resolve) => socket.once('open', resolve));
    for (let i = 0; i < 10; i += 1) socket.send(bytes);
    socket.send('{"type":"request","request":1,"verb":"nope"}');
    expect(await new Promise((resolve) => socket.on('message', (data, isBinary) => !isBinary && (data as Buffer).includes('"reply"') && resolve((data as Buffer).toString())))).toContain('VERB');
    socket.terminate();
  });

  test('a flood over a socket ends it with 1008; one of requests waits', async () => {
    const socket = new WebSocket(new URL(`/api/socket${address.search}`, address.href.replace('http', 'ws')));
    await new Promise((resolve) => socket.once('open', resolve));
    const code = new Promise((resolve) => socket.once('close', resolve));
    for (let i = 0; i < 40_000; i += 1) socket.send('{"type":"ack","key":"x"}');
    expect(await code).toBe(1008);
    const said = await new Promise<string>((resolve) => {
      let text = '';
      const flood = connect({ port: Number(address.port), host: '127.0.0.1', localAddress: '127.0.0.5' }, () => flood.write('GET /api/hello HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'.repeat(6000)));
      flood.on('error', () => undefined).on('data', (data) => {
        text += data.toString();
        if (!text.includes(' 429 ')) return;
        flood.destroy();
        resolve(text);
      });
    });
    expect(said.match(/ 401 /g)!.length).toBeGreaterThan(1000);
    expect((await ask('GET', '/api/hello', { from: '127.0.0.5' })).status).toBe(200);
    await expectAlive();
  });

  test('a thousand sockets: two hundred are taken, and none reads', async () => {
    const before = (await control.state()).process.residentBytes;
    const statuses = await Promise.all(Array.from({ length: 1000 }, () => new Promise<string>((resolve) => {
      const socket = connect(Number(address.port), '127.0.0.1', () => socket.write(`GET /api/socket${address.search} HTTP/1.1\r\nHost: 127.0.0.1\r\n${UPGRADE}\r\n`));
      socket.once('data', (data: Buffer) => {
        socket.pause();
        hanging.push(socket);
        resolve(data.toString().slice(9, 12));
      }).on('error', () => resolve('none'));
    })));
    expect(statuses.filter((status) => status === '101')).toHaveLength(200);
    expect(statuses.filter((status) => status === '429')).toHaveLength(800);
    await expectAlive();
    expect((await control.state()).process.residentBytes - before).toBeLessThan(200e6);
    for (const socket of hanging) socket.destroy();
    await expectAlive();
  });
  const hanging: Socket[] = [];

  test('a body that stops is not waited for', async () => {
    expect((await slow).code).toBe('SLOW');
  });
});
