import { routes } from '@trainyard/control';
import { askYard } from '../connection/ask-yard.ts';
import { endpointUrl } from '../connection/socket-url.ts';

/** Where the yard speaks the protocol of h5grove; the token is added to each request. */
export function h5Base(page: { readonly href: string }): string {
  const url = new URL(endpointUrl(routes.h5, page));
  url.search = '';
  return url.href;
}

/** Asks the yard for a piece of a file; what it refuses, such as one that is too large, is thrown with its sentence, which the browser shows. */
export async function h5Fetch(url: string, params: Readonly<Record<string, string>>, page: { readonly href: string }, signal?: AbortSignal): Promise<ArrayBuffer> {
  const name = url.slice(h5Base(page).length);
  return (await askYard(`${routes.h5}${name}?${new URLSearchParams(params).toString()}`, { ...(signal && { signal }) })).arrayBuffer();
}
