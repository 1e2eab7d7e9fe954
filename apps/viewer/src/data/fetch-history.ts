import { decodeHistory, routes, type History } from '@trainyard/control';
import { endpointUrl } from '../connection/socket-url.ts';

export interface HistoryWish {
  readonly id: string;
  /** Train IDs; from the first and to the last that is known without them. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Points at most. */
  readonly points: number;
}

/** What the server has kept of a scalar; undefined where it keeps none, or does not answer. */
export async function fetchHistory({ id, from, to, points }: HistoryWish, page: { readonly href: string }, signal: AbortSignal): Promise<History | undefined> {
  const url = new URL(endpointUrl(routes.history, page));
  url.searchParams.set('id', id);
  if (from !== undefined) url.searchParams.set('from', String(Math.max(0, Math.floor(from))));
  if (to !== undefined) url.searchParams.set('to', String(Math.ceil(to)));
  url.searchParams.set('points', String(points));
  try {
    const response = await fetch(url, { signal });
    if (!response.ok) return undefined;
    const history = decodeHistory(new Uint8Array(await response.arrayBuffer()));
    return history.trainId.length > 0 ? history : undefined;
  } catch {
    return undefined;
  }
}
