import type { Role } from '@trainyard/control';

/** One request below a route, after token, origin and role were checked. */
export interface RouteRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** What follows the route, decoded, without a slash in front: `night` of `/api/layouts/night`; empty for the route itself. */
  readonly rest: string;
  readonly query: URLSearchParams;
  readonly header: (name: string) => string | undefined;
  readonly role: Role;
  /** Who asks, for the journal. */
  readonly who: string;
  /** The same, when a proxy says it: then nobody can call himself otherwise. */
  readonly proxied?: string;
  /** The whole body; refused with 413 beyond the route's limit. */
  body(): Promise<Uint8Array>;
}

export interface RouteReply {
  /** 200 without it. */
  readonly status?: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers below one of `routes`. A `YardError` that it throws is answered as 400 with its code and message, `NOT_FOUND` as 404, `CONFLICT` as 409. */
export interface Route {
  /** As in `routes`, such as `/api/layouts`. */
  readonly at: string;
  /** What may be changed needs `control`: everything but GET; `control` here says that reading does, too. */
  readonly reads?: Role;
  /** Bytes of a body; 1 MB without it. */
  readonly bodyLimit?: number;
  answer(request: RouteRequest): RouteReply | Promise<RouteReply>;
}

export function json(value: unknown, status?: number): RouteReply {
  return { type: 'application/json', body: JSON.stringify(value), ...(status !== undefined && { status }) };
}
