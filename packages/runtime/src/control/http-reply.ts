import type { IncomingMessage, ServerResponse } from 'node:http';
import { YardError } from '@trainyard/core';
import { json, type RouteReply } from './route.ts';

export const HEADERS = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' } as const;

export function reply(response: ServerResponse, { status = 200, type, body, headers }: RouteReply): void {
  response.writeHead(status, { ...HEADERS, 'content-type': type, ...headers });
  response.end(body);
}

const STATUS: Readonly<Record<string, number>> = { TOKEN: 403, ROLE: 403, NOT_FOUND: 404, ROUTE: 404, METHOD: 405, CONFLICT: 409, TOO_LARGE: 413 };

/** An error as the page is told it. */
export function errorReply(error: unknown): RouteReply {
  const { code, message } = error as { code?: string; message: string };
  if (error instanceof YardError) return { ...json({ code, message }, STATUS[error.code] ?? 400), ...(error.code === 'TOO_LARGE' && { headers: { connection: 'close' } }) };
  return json({ code: 'FAILED', message }, 500);
}

/** The whole body. Throws `TOO_LARGE` as soon as it is. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > limit) throw new YardError('TOO_LARGE', `The body has more than ${limit} bytes.`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
