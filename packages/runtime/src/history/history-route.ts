import { YardError } from '@trainyard/core';
import { encodeHistory, routes, type History } from '@trainyard/control';
import type { Route } from '../control/route.ts';
import type { HistorySink } from './history-sink.ts';

const POINTS = 2000;
export const MOST_POINTS = 100_000;

/** `/api/history`, see `History`. */
export function historyRoute(history: HistorySink): Route {
  return {
    at: routes.history,
    answer: ({ query }) => ({ type: 'application/msgpack', body: encodeHistory(historyOf(history, query.get('id') ?? '', query, Math.min(MOST_POINTS, Math.max(1, numberIn(query, 'points', POINTS))))) }),
  };
}

/** What is known between `from` and `to` of the query. Throws `NOT_FOUND`, `HISTORY_QUERY`. */
export function historyOf(history: HistorySink, id: string, query: URLSearchParams, points: number): History {
  const found = history.query(id, numberIn(query, 'from', -Infinity), numberIn(query, 'to', Infinity), points);
  if (!found) throw new YardError('NOT_FOUND', `There is no history of "${id.slice(0, 300)}": it is kept of scalar views, and of numbers of the stream from when somebody looks at them.`);
  return found;
}

function numberIn(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  if (!/^\d{1,15}$/.test(text)) throw new YardError('HISTORY_QUERY', `"${name}" takes a whole number, not "${text.slice(0, 40)}".`);
  return Number(text);
}
