import { YardError } from '@trainyard/core';
import { routes } from '@trainyard/control';
import type { Route } from './route.ts';

export interface FoundRoute {
  readonly route: Route;
  readonly rest: string;
}

/** Finds what answers at a path. The page may lie below any prefix: what counts begins at `/api/`, or is `/metrics` at the end. */
export class RouteTable {
  readonly #routes: readonly Route[];
  constructor(table: readonly Route[]) {
    this.#routes = table;
  }

  /** A path that is none of the page's files. */
  static isRoute(pathname: string): boolean {
    return pathname.includes('/api/') || pathname.endsWith(routes.metrics);
  }

  /** Throws `PATH` for what follows a route and is no plain path: it may become the name of a file. */
  find(pathname: string): FoundRoute | undefined {
    const found = this.#routes.flatMap((route) => {
      const at = pathname.indexOf(route.at);
      const rest = pathname.slice(at + route.at.length);
      return at >= 0 && (rest === '' || rest.startsWith('/')) ? [{ route, at, rest }] : [];
    });
    // What follows a route may look like another.
    const [first] = found.sort((one, other) => one.at - other.at);
    return first && { route: first.route, rest: plainPath(first.rest.slice(1)) };
  }
}

function plainPath(encoded: string): string {
  if (encoded === '') return '';
  let path: string;
  try {
    path = decodeURIComponent(encoded);
  } catch {
    path = '';
  }
  // oxlint-disable-next-line no-control-regex -- which is what must not be in it
  if (/[\\\u0000-\u001f\u007f]/.test(path) || path.split('/').some((part) => part === '' || part === '.' || part === '..')) throw new YardError('PATH', 'What follows the route is no plain path: no "..", no backslash, no empty part.');
  return path;
}
