import { keptToken } from './page-token.ts';

/** The page's own folder: `http://127.0.0.1:PORT/`, or any prefix that a proxy puts before it. */
export function endpointUrl(path: string, page: { readonly href: string }, socket = false): string {
  const here = new URL(page.href);
  const url = new URL(path.replace(/^\//, ''), new URL('.', here));
  const token = here.searchParams.get('token') ?? keptToken(here);
  if (token !== null) url.searchParams.set('token', token);
  if (socket) url.protocol = here.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}
