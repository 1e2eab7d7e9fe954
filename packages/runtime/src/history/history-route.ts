import { YardError } from '@trainyard/core';
import { encodeHistory, routes } from '@trainyard/control';
import type { Route } from '../control/route.ts';
import type { HistorySink } from './history-sink.ts';

const POINTS = 2000;
const MOST_POINTS = 100_000;

/** `/api/history`, see `History`. */
export function historyRoute(history: HistorySink): Route {
  return {
    at: routes.history,
    answer: ({ query }) => {
      const number = (name: string, otherwise: number): number => {
        const text = query.get(name);
        if (text === null) return otherwise;
        if (!/^\d{1,15}$/.test(text)) throw new YardError('HISTORY_QUERY', `"${name}" takes a whole number, not "${text.slice(0, 40)}".`);
        return Number(text);
      };
      const id = query.get('id') ?? '';
      const found = history.query(id, number('from', -Infinity), number('to', Infinity), Math.min(MOST_POINTS, Math.max(1, number('points', POINTS))));
      if (!found) throw new YardError('NOT_FOUND', `There is no history of "${id.slice(0, 300)}": it is kept of scalar views, and of numbers of the stream from when somebody looks at them.`);
      return { type: 'application/msgpack', body: encodeHistory(found) };
    },
  };
}
