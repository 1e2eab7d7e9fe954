import { decodeHistory, routes, type History } from '@trainyard/control';
import { askYard } from '../connection/ask-yard.ts';

export interface HistoryWish {
  readonly id: string;
  /** Train IDs; from the first and to the last that is known without them. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Points at most. */
  readonly points: number;
}

/** What the server has kept of a scalar; undefined where it keeps none, or does not answer. */
export async function fetchHistory({ id, from, to, points }: HistoryWish, signal: AbortSignal): Promise<History | undefined> {
  const query = new URLSearchParams({ id, points: String(points), ...(from !== undefined && { from: String(Math.max(0, Math.floor(from))) }), ...(to !== undefined && { to: String(Math.ceil(to)) }) });
  try {
    const response = await askYard(`${routes.history}?${query.toString()}`, { signal });
    const history = decodeHistory(new Uint8Array(await response.arrayBuffer()));
    return history.trainId.length > 0 ? history : undefined;
  } catch {
    return undefined;
  }
}
