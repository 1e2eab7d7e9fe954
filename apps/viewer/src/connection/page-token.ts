import { LOGIN_PREFIX } from '@trainyard/control';

/** Yards below different prefixes of one proxy each have their own. */
const nameOf = (page: URL): string => `trainyard:token:${new URL('.', page).pathname}`;

/** The token that this browser tab came with; null where it has none. */
export function keptToken(page: URL): string | null {
  try {
    return globalThis.sessionStorage?.getItem(nameOf(page)) ?? null;
  } catch {
    return null;
  }
}

/**
 * Takes the token out of the address bar, where a screen share or a bookmark would show it, and keeps it for this tab, so that a reload works.
 * Without a storage it stays where it is.
 */
export function hideToken(page: Location, history: History): void {
  const url = new URL(page.href);
  const token = url.searchParams.get('token');
  if (token !== null) keepToken(token, page, history);
}

/** Keeps a token for this tab; without a storage in the address. */
export function keepToken(token: string, page: Location, history: History): void {
  const url = new URL(page.href);
  try {
    sessionStorage.setItem(nameOf(url), token);
    url.searchParams.delete('token');
  } catch {
    url.searchParams.set('token', token);
  }
  history.replaceState(history.state, '', url.href);
}

/** The page's address for somebody else: with this token, or with none (a login, a proxy), and this fragment. */
export function linkTo(page: { readonly href: string }, token: string | null, fragment: string): string {
  const url = new URL(page.href);
  url.searchParams.delete('token');
  if (token !== null && !token.startsWith(LOGIN_PREFIX)) url.searchParams.set('token', token);
  url.hash = fragment;
  return url.href;
}
