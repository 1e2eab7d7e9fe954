import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerFile } from './static-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'static-files-'));
const script = 'export const a = 1;\n'.repeat(1000);
const server = createServer((request, response) => answerFile(folder, new URL(request.url!, 'http://localhost').pathname, request, response));

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
  const parts: Buffer[] = [];
  for await (const part of squeezed as AsyncIterable<Buffer>) parts.push(part);
  expect(squeezed.headers).toMatchObject({ 'content-encoding': 'gzip', 'content-type': 'text/javascript', vary: 'accept-encoding' });
  expect(Buffer.concat(parts).byteLength).toBeLessThan(script.length / 10);
  expect(gunzipSync(Buffer.concat(parts)).toString()).toBe(script);
  const plain = await ask('/assets/main-1.js');
  expect([plain.headers['content-encoding'], await text(plain)]).toEqual([undefined, script]);
  expect((await ask('/assets/none.js')).statusCode).toBe(404);
});
