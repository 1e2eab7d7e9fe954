import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, get, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerFile } from './static-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'static-files-'));
const script = 'export const a = 1;\n'.repeat(1000);
const server = createServer((request, response) => void answerFile(folder, new URL(request.url!, 'http://localhost').pathname, request, response));

beforeAll(async () => {
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<p>page</p>');
  writeFileSync(join(folder, 'assets/main-1.js'), script);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const ask = (path: string, headers: Record<string, string> = {}) => new Promise<IncomingMessage>((resolve) => get({ port: (server.address() as AddressInfo).port, path, headers }, resolve));

it('gives scripts compressed to who takes them so, whole to others, below any prefix', async () => {
  const squeezed = await ask('/user/me/proxy/4000/assets/main-1.js', { 'accept-encoding': 'gzip, br' });
  const bytes = await buffer(squeezed);
  expect(squeezed.headers).toMatchObject({ 'content-encoding': 'gzip', 'content-type': 'text/javascript', vary: 'accept-encoding' });
  expect(bytes.byteLength).toBeLessThan(script.length / 10);
  expect(gunzipSync(bytes).toString()).toBe(script);
  const plain = await ask('/assets/main-1.js');
  expect([plain.headers['content-encoding'], await text(plain)]).toEqual([undefined, script]);
  expect((await ask('/assets/none.js')).statusCode).toBe(404);
});

it('compresses a file once, and anew when it has changed; HEAD says its length alone', async () => {
  const path = '/assets/once-1.js';
  const write = (content: string, at: number): void => {
    writeFileSync(join(folder, path), content);
    utimesSync(join(folder, path), at, at);
  };
  const squeezed = { 'accept-encoding': 'gzip' };
  const given = async (): Promise<string> => gunzipSync(await buffer(await ask(path, squeezed))).toString();
  write('one', 1000);
  expect(await given()).toBe('one');
  // Of the same length and time it is taken for the same.
  write('two', 1000);
  expect(await given()).toBe('one');
  const head = await new Promise<IncomingMessage>((resolve) => request({ method: 'HEAD', port: (server.address() as AddressInfo).port, path, headers: squeezed }, resolve).end());
  expect([head.headers['content-length'], (await buffer(head)).length]).toEqual([String((await buffer(await ask(path, squeezed))).length), 0]);
  write('three', 2000);
  expect(await given()).toBe('three');
});
