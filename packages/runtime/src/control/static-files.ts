import { createReadStream, existsSync, statSync, type Stats } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { nameInHost } from './host-names.ts';
import { HEADERS, reply } from './http-reply.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.png': 'image/png', '.ttf': 'font/ttf', '.woff2': 'font/woff2', '.wasm': 'application/wasm', '.json': 'application/json', '.map': 'application/json',
};

/**
 * The editor puts its styles into the page and starts its workers from blobs. `'self'` is enough for the socket in newer browsers; older ones want its
 * address.
 */
function pagePolicy(host: string | undefined): string {
  const sockets = nameInHost(host) === undefined ? '' : ` ws://${host} wss://${host}`;
  return `default-src 'self'; script-src 'self'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' data: blob:; connect-src 'self'${sockets}; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'`;
}

interface Squeezed {
  readonly mtimeMs: number;
  readonly size: number;
  readonly bytes: Promise<Uint8Array>;
}
/** By path. They are few, and each is asked for by everybody, with a token or without. */
const squeezed = new Map<string, Squeezed>();

/** The file compressed: once, unless it changes. */
function squeeze(file: string, { mtimeMs, size }: Stats): Promise<Uint8Array> {
  const known = squeezed.get(file);
  if (known?.mtimeMs === mtimeMs && known.size === size) return known.bytes;
  const bytes = readFile(file).then((content) => promisify(gzip)(content, { level: 6 }));
  squeezed.set(file, { mtimeMs, size, bytes });
  bytes.catch(() => squeezed.delete(file));
  return bytes;
}

/** The page's own files. */
export async function answerFile(viewerFolder: string | undefined, pathname: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (viewerFolder === undefined || !existsSync(join(viewerFolder, 'index.html'))) {
    return reply(response, { type: 'text/plain', body: 'The viewer is not built: npm run build. The control routes work: /api/state\n' });
  }
  // Behind a URL prefix only the last part of the path is ours.
  const assets = pathname.indexOf('/assets/');
  const inner = pathname.endsWith('/') ? 'index.html' : assets >= 0 ? pathname.slice(assets + 1) : pathname.slice(pathname.lastIndexOf('/') + 1);
  // Our own files have plain names: nothing needs decoding.
  const file = normalize(join(viewerFolder, inner));
  const info = file.startsWith(normalize(viewerFolder) + sep) && existsSync(file) ? statSync(file) : undefined;
  if (!info?.isFile()) return reply(response, { status: 404, type: 'text/plain', body: 'There is no such file.\n' });
  const type = extname(file);
  // The editor is 11 MB, a third of it when compressed: that counts through ssh. It is asked for once, as its name says what is in it.
  const isSqueezed = /^\.(?:js|css|html)$/.test(type) && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const bytes = isSqueezed ? await squeeze(file, info) : undefined;
  response.writeHead(200, {
    ...HEADERS, 'content-security-policy': pagePolicy(request.headers.host), 'content-type': TYPES[type] ?? 'application/octet-stream', vary: 'accept-encoding',
    'content-length': bytes?.length ?? info.size, ...(assets >= 0 && { 'cache-control': 'public, max-age=31536000, immutable' }), ...(isSqueezed && { 'content-encoding': 'gzip' }),
  });
  if (request.method === 'HEAD') response.end();
  else if (bytes) response.end(bytes);
  else pipeline(createReadStream(file), response, (error) => error && response.destroy());
}
