import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { Access, nameInHeader, type AccessOptions } from './access.ts';
import { isOurHost, nameInHost } from './host-names.ts';
import { Logins } from './logins.ts';

const folder = mkdtempSync(join(tmpdir(), 'yard-access-'));
afterAll(() => rmSync(folder, { recursive: true }));
function passwordFile(text = 'correct horse\nand more\n', mode = 0o600): string {
  const file = join(folder, `${Math.random()}`);
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

let close: () => void = () => undefined;
afterEach(() => close());

/** A server that says who asks, and how to ask it. */
async function door(options: AccessOptions): Promise<{ access: Access; ask: (headers: Record<string, string | string[]>, path?: string) => Promise<unknown> }> {
  const access = new Access({ token: 'all', lookToken: 'look', ...options });
  const server = createServer((request: IncomingMessage, response) => {
    try {
      access.checkPage(request);
      response.end(JSON.stringify(access.caller(request, new URL(request.url!, 'http://x')) ?? access.refusal.code));
    } catch (error) {
      response.end(JSON.stringify((error as { code: string }).code));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => server.close();
  const { port } = server.address() as AddressInfo;
  const ask = (headers: Record<string, string | string[]>, path = '/'): Promise<unknown> => new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path, headers, agent: false }, async (response) => resolve(JSON.parse((await response.toArray()).join('')))).on('error', reject).end();
  });
  return { access, ask };
}

describe('tokens', () => {
  it('one is for control, one for looking, in the address or a header', async () => {
    const { ask } = await door({});
    expect(await ask({}, '/?token=all')).toEqual({ role: 'control' });
    expect(await ask({ authorization: 'Bearer all' })).toEqual({ role: 'control' });
    expect(await ask({}, '/?token=look')).toEqual({ role: 'look' });
    for (const headers of [{}, { authorization: 'Bearer al' }, { authorization: 'Basic all' }, { cookie: 'token=all' }, { 'x-remote-user': 'anna' }]) expect(await ask(headers)).toBe('TOKEN');
    expect(await ask({}, '/?token=')).toBe('TOKEN');
  });
});

it('requests of who is known are counted apart from those of strangers at the same address, by token or person', () => {
  const access = new Access({ token: 'all', lookToken: 'look', proxyHeader: 'X-Remote-User' });
  const countedAs = (path: string, who?: string): string => {
    const request = { headers: {}, headersDistinct: who === undefined ? {} : { 'x-remote-user': [who] }, socket: { remoteAddress: '127.0.0.1' } } as unknown as IncomingMessage;
    const target = new URL(path, 'http://x');
    return access.countedAs(request, target, access.caller(request, target));
  };
  expect(countedAs('/?token=bad')).toBe(countedAs('/'));
  expect(countedAs('/?token=all')).toBe(countedAs('/api/state?token=all'));
  expect(new Set([countedAs('/'), countedAs('/?token=all'), countedAs('/?token=look'), countedAs('/', 'anna'), countedAs('/', 'ben')]).size).toBe(5);
  expect(countedAs('/?token=all')).not.toContain('all');
});

describe('whose page asks', () => {
  it.each([
    ['localhost:1', undefined, 'TOKEN'], ['127.0.0.1', undefined, 'TOKEN'], ['[::1]:9', undefined, 'TOKEN'], ['LocalHost:8080', undefined, 'TOKEN'],
    ['evil.example', undefined, 'HOST'], ['localhost.evil.example', undefined, 'HOST'], ['10.0.0.1', undefined, 'HOST'], ['127.0.0.1.nip.io', undefined, 'HOST'], ['localhost@evil', undefined, 'HOST'],
    ['localhost:8080', 'http://localhost:8080', 'TOKEN'], ['localhost:8080', 'http://localhost:8081', 'ORIGIN'], ['localhost', 'http://evil.example', 'ORIGIN'], ['localhost', 'null', 'ORIGIN'], ['localhost', 'http://localhost.evil.example', 'ORIGIN'],
    ['hub.example', 'https://hub.example', 'TOKEN'], ['localhost:4000', 'https://hub.example', 'TOKEN'], ['localhost:4000', 'http://hub.example', 'ORIGIN'], ['localhost:4000', 'https://hub.example.evil', 'ORIGIN'],
  ])('Host %s, Origin %s: %s', async (host, origin, said) => {
    const { ask } = await door({ allowOrigin: ['https://hub.example/user/anna/'] });
    expect(await ask({ host, ...(origin !== undefined && { origin }) })).toBe(said);
  });

  it('a yard that listens elsewhere knows its own name and numbers, which nobody can turn', () => {
    const none = new Set<string>();
    expect(isOurHost(hostname().toLowerCase(), '0.0.0.0', none)).toBe(true);
    expect(isOurHost('131.169.1.2', '0.0.0.0', none)).toBe(true);
    expect(isOurHost('max-exfl001.desy.de', 'max-exfl001.desy.de', none)).toBe(true);
    expect(isOurHost('evil.example', '0.0.0.0', none)).toBe(false);
    expect(isOurHost('131.169.1.2', '127.0.0.1', none)).toBe(false);
    expect(['a b', 'a/b', '[::1', 'a:b', 'a:123456', 'x'.repeat(300), undefined].map(nameInHost)).toEqual(Array(7).fill(undefined));
  });
});

describe('elsewhere than on this machine', () => {
  it('everybody is let in by nothing', () => {
    for (const host of ['0.0.0.0', '::', '10.0.0.1', 'max-exfl001']) expect(() => new Access({ host })).toThrow(/--password-file/);
    for (const host of ['127.0.0.1', '127.3.2.1', '::1', 'localhost']) expect(new Access({ host }).isOpen).toBe(false);
    expect(new Access({ host: '0.0.0.0', passwordFile: passwordFile() }).isOpen).toBe(true);
    expect(new Access({ host: '::', proxyHeader: 'X-Remote-User' }).url(80)).toBe('http://[::1]:80');
  });

  it.each<[AccessOptions, RegExp]>([
    [{ allowOrigin: ['hub.example'] }, /--allow-origin/], [{ allowOrigin: ['file:///tmp'] }, /--allow-origin/], [{ proxyHeader: 'X Remote' }, /--proxy-header/],
    [{ controlUsers: ['anna'] }, /--proxy-header/], [{ proxyHeader: 'X-Remote-User', controlUsers: [''] }, /anna,ben/], [{ proxyHeader: 'X-Remote-User', lookPasswordFile: 'x' }, /--control-users/], [{ passwordFile: passwordFile(), lookPasswordFile: passwordFile() }, /the same password/], [{ lookPasswordFile: folder }, /--look-password-file/],
    [{ passwordFile: join(folder, 'nothing') }, /cannot be read/], [{ passwordFile: folder }, /no file/], [{ passwordFile: passwordFile('short') }, /at least 8/], [{ passwordFile: passwordFile('long enough', 0o640) }, /others may read it/], [{ passwordFile: passwordFile('x'.repeat(5000)) }, /5000 bytes/],
  ])('%o is refused', (options, message) => {
    expect(() => new Access(options)).toThrow(message);
  });
});

describe('a proxy in front', () => {
  it('says who it is, and only it', async () => {
    const { ask } = await door({ proxyHeader: 'X-Remote-User' });
    expect(await ask({ 'x-remote-user': 'anna@desy.de' })).toEqual({ role: 'control', who: 'anna@desy.de' });
    expect(await ask({ 'x-remote-user': 'anna' }, '/?token=look')).toEqual({ role: 'look', who: 'anna' });
    for (const name of ['', 'a\tb', '<b>', 'x'.repeat(61)]) expect(await ask({ 'x-remote-user': name }), name).toBe('PROXY');
    expect(await ask({ 'x-remote-user': ['anna', 'bert'] })).toBe('PROXY');
    expect(await ask({})).toBe('PROXY');
  });

  it('lets those look who are not named for control', async () => {
    const { ask, access } = await door({ proxyHeader: 'X-Remote-User', controlUsers: ['anna', 'ben'] });
    expect(await ask({ 'x-remote-user': 'anna' })).toEqual({ role: 'control', who: 'anna' });
    for (const name of ['Anna', 'carl']) expect(await ask({ 'x-remote-user': name })).toEqual({ role: 'look', who: name });
    expect(await ask({ 'x-remote-user': 'carl' }, '/?token=all')).toEqual({ role: 'control', who: 'carl' });
    expect(access.people).toBe('whoever the proxy lets in can look, and anna, ben can change it');
    expect(new Access({ proxyHeader: 'X-Remote-User' }).people).toMatch(/can change it \(--control-users/);
  });

  it('shows the password where there is one; who guesses is soon not listened to', async () => {
    const { ask, access } = await door({ proxyHeader: 'X-Remote-User', passwordFile: passwordFile() });
    const asProxy = { 'x-remote-user': 'anna', authorization: 'Bearer correct horse' };
    expect(access.hasLogin).toBe(false);
    expect(await ask({ 'x-remote-user': 'anna' })).toBe('PROXY');
    for (let i = 0; i < 15; i += 1) expect(await ask(asProxy)).toEqual({ role: 'control', who: 'anna' });
    for (let i = 0; i < 30; i += 1) expect(await ask({ ...asProxy, authorization: `Bearer ${i}` })).toBe('PROXY');
    expect(await ask(asProxy)).toBe('PROXY');
  });
});

describe('a password', () => {
  it('gives a token of its own, which no browser sends by itself', async () => {
    const { ask, access } = await door({ passwordFile: passwordFile() });
    expect(await ask({})).toBe('LOGIN');
    const session = access.logIn('correct horse', '127.0.0.1');
    expect(session).toMatch(/^login-[\w-]{43}$/);
    expect(await ask({}, `/?token=${session}`)).toEqual({ role: 'control' });
    expect(await ask({ authorization: `Bearer ${session}` })).toEqual({ role: 'control' });
    expect(await ask({ authorization: `Bearer ${session.slice(0, -1)}` })).toBe('LOGIN');
    expect(await ask({ cookie: `token=${session}; session=${session}` })).toBe('LOGIN');
    expect(await ask({}, '/?token=look')).toEqual({ role: 'look' });
  });

  it('may be one to look', async () => {
    const { ask, access } = await door({ passwordFile: passwordFile(), lookPasswordFile: passwordFile('battery staple') });
    expect(await ask({}, `/?token=${access.logIn('battery staple', 'a')}`)).toEqual({ role: 'look' });
    expect(await ask({}, `/?token=${access.logIn('correct horse', 'a')}`)).toEqual({ role: 'control' });
    const looking = new Access({ host: '0.0.0.0', lookPasswordFile: passwordFile('battery staple') });
    expect([looking.hasLogin, looking.people]).toEqual([true, 'whoever knows the password can look']);
    expect(() => looking.logIn('correct horse', 'a')).toThrow(/not the password/);
  });

  it('is forgotten after twelve hours', () => {
    let now = 0;
    const logins = new Logins({ control: 'correct horse', look: undefined }, () => now);
    const id = logins.logIn('correct horse', 'a');
    now = 12 * 3_600_000 - 1;
    expect(logins.roleOf(id)).toBe('control');
    now += 1;
    expect(logins.roleOf(id)).toBeUndefined();
    expect(logins.roleOf('')).toBeUndefined();
  });

  it('is not to be guessed: six at once, then six a minute, sixty of all addresses', () => {
    let now = 0;
    const logins = new Logins({ control: 'correct horse', look: undefined }, () => now);
    const tried = (given: unknown, address: string): string => {
      try {
        logins.logIn(given, address);
        return 'in';
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    for (const wrong of ['correct hors', 'correct horse\nand more', '', undefined, 7, ['correct horse']]) expect(tried(wrong, 'a')).toBe('PASSWORD');
    expect(tried('correct horse', 'a')).toBe('WAIT');
    expect(tried('correct horse', 'b')).toBe('in');
    now += 10_000;
    expect(tried('correct horse', 'a')).toBe('in');
    const all = Array.from({ length: 100 }, (_, i) => tried('guess', `c${i}`));
    expect(all.filter((said) => said === 'PASSWORD').length).toBeLessThanOrEqual(60);
  });
});

it('a name in a header is plain, or percent-encoded; what is no name either way is none', () => {
  expect(['anna (yard ctl)', 'J%C3%B6rg%20(hutch%202)', '%D0%92%D0%BB%D0%B0%D0%B4'].map(nameInHeader)).toEqual(['anna (yard ctl)', 'Jörg (hutch 2)', 'Влад']);
  for (const text of [undefined, '', '100 %', '%0A', '%3Cb%3E', '%E0%A4%A']) expect(nameInHeader(text)).toBeUndefined();
});
