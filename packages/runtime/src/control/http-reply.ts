import type { IncomingMessage, ServerResponse } from 'node:http';
import { YardError } from '@trainyard/core';
import { json, type RouteReply } from './route.ts';

/** Of everything that is answered. What is no page of ours shows and runs nothing, whatever a browser takes it for. */
export const HEADERS = {
  'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cache-control': 'no-store', 'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
} as const;

/** So long a body may stand still, and so long it may take. */
const STILL_MS = 5000;
const BODY_MS = 120_000;

export function reply(response: ServerResponse, { status = 200, type, body, headers }: RouteReply): void {
  response.writeHead(status, { ...HEADERS, 'content-type': type, ...headers });
  response.end(body);
}

const STATUS: Readonly<Record<string, number>> = { TOKEN: 403, LOGIN: 401, PASSWORD: 401, PROXY: 403, HOST: 403, ORIGIN: 403, ROLE: 403, NOT_FOUND: 404, ROUTE: 404, METHOD: 405, SLOW: 408, CONFLICT: 409, TOO_LARGE: 413, WAIT: 429, FULL: 507 };

/** An error as the page is told it. */
export function errorReply(error: unknown): RouteReply {
  const { code, message } = error as { code?: string; message: string };
  if (error instanceof YardError) return { ...json({ code, message }, STATUS[error.code] ?? 400), ...((error.code === 'TOO_LARGE' || error.code === 'SLOW') && { headers: { connection: 'close' } }) };
  return json({ code: 'FAILED', message }, 500);
}

/** The whole body. Throws `TOO_LARGE` as soon as it is, and `SLOW`. */
export function readBody(request: IncomingMessage, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    const end = (error?: Error): void => {
      clearTimeout(still);
      clearTimeout(late);
      request.off('data', take).pause();
      if (error) reject(error);
      else resolve(Buffer.concat(parts));
    };
    const slow = (): void => end(new YardError('SLOW', 'The body does not come.'));
    const still = setTimeout(slow, STILL_MS);
    const late = setTimeout(slow, BODY_MS);
    const take = (part: Buffer): void => {
      still.refresh();
      size += part.length;
      if (size > limit) return end(new YardError('TOO_LARGE', `The body has more than ${limit} bytes.`));
      parts.push(part);
    };
    request.on('data', take).once('end', () => end()).once('error', end).once('close', () => end(new YardError('SLOW', 'The body ended early.')));
  });
}
