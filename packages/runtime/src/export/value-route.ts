import { Worker } from 'node:worker_threads';
import { YardError } from '@trainyard/core';
import { routes } from '@trainyard/control';
import type { ControlServerOptions } from '../control/control-options.ts';
import type { Route, RouteReply } from '../control/route.ts';
import { threadOf } from '../crew/thread.ts';
import { MOST_POINTS, historyOf } from '../history/history-route.ts';
import type { Newest } from '../sink/live-sink.ts';
import type { Exported, ToExport } from './export-thread.ts';
import { exportFormats, type ExportFormat } from './export-value.ts';

const TYPES: Readonly<Record<ExportFormat, string>> = { frame: 'application/msgpack', npy: 'application/octet-stream', h5: 'application/x-hdf5', csv: 'text/csv; charset=utf-8' };

/** That are made or wait. */
const MOST = 8;
/** In one file. */
const MOST_IDS = 64;

/**
 * `/api/value`: the newest values of views or of raw keys that somebody looks at, every number of them; or the history of scalars. One at a time, and
 * what is newest then.
 */
export function valueRoute({ live, history, engine, name }: Pick<ControlServerOptions, 'live' | 'history' | 'engine' | 'name'>): Route {
  let before: Promise<unknown> = Promise.resolve();
  let count = 0;
  const views = () => engine.descriptor?.views ?? [];
  const newestOf = (id: string): Newest => {
    const newest = live.newest(id);
    if (!newest) throw new YardError('NOT_FOUND', absent(id, views().some((view) => view.id === id)));
    return newest;
  };
  const valuesOf = async (ids: readonly string[], format: ExportFormat): Promise<RouteReply> => {
    const all = ids.map((id) => ({ id, newest: newestOf(id) }));
    for (const { newest } of all) newest.train.hold();
    try {
      const of = all.map(({ id, newest: { trainId, train, outcome, memory } }) => ({ id, trainId, at: train.at, wire: outcome.value, memory }));
      return reply(await inThread({ of, format, list: name }), format, ids, `${Math.max(...of.map(({ trainId }) => trainId))}`);
    } finally {
      for (const { newest } of all) newest.train.letGo();
    }
  };
  const historiesOf = async (ids: readonly string[], format: ExportFormat, query: URLSearchParams): Promise<RouteReply> => {
    const histories = ids.map((id) => historyOf(history, id, query, MOST_POINTS));
    const none = histories.find(({ last }) => Number.isNaN(last));
    if (none) throw new YardError('NOT_FOUND', absent(none.id, true));
    const units = Object.fromEntries(views().flatMap(({ id, unit }) => (unit === undefined ? [] : [[id, unit]])));
    return reply(await inThread({ histories, units, format, list: name }), format, ids, `history-${Math.max(...histories.map(({ last }) => last))}`);
  };
  return {
    at: routes.value,
    answer: async ({ query }) => {
      const ids = query.has('id') ? [...new Set(query.getAll('id'))] : [''];
      const format = exportFormats.find((one) => one === (query.get('as') ?? 'frame'));
      if (!format) throw new YardError('VALUE_FORMAT', `There is no "${query.get('as')?.slice(0, 40)}": "as" is one of ${exportFormats.join(', ')}.`);
      if (ids.length > MOST_IDS) throw new YardError('VALUE_FORMAT', `A file has at most ${MOST_IDS} values; ask for them in several.`);
      const isPast = query.get('history') === '1';
      if (isPast) for (const id of ids) historyOf(history, id, query, 1);
      else for (const id of ids) newestOf(id);
      if (count >= MOST) throw new YardError('WAIT', `${MOST} values are being made into files; ask again in a moment.`);
      count += 1;
      const made = before.then(() => (isPast ? historiesOf(ids, format, query) : valuesOf(ids, format))).finally(() => (count -= 1));
      before = made.catch(() => undefined);
      return made;
    },
  };
}

/** `TimingTool-edge-2123456000.h5`, `TimingTool-edge-and-2-more-2123456000.h5`. */
function reply(body: Uint8Array, format: ExportFormat, [first, ...others]: readonly string[], end: string): RouteReply {
  const said = `${first!.replaceAll(/[^\w.-]+/g, '-').slice(-100)}${others.length ? `-and-${others.length}-more` : ''}`;
  return { type: TYPES[format], body, headers: { 'content-disposition': `attachment; filename="${said}-${end}.${format === 'frame' ? 'msgpack' : format}"` } };
}

function absent(id: string, isView: boolean): string {
  if (isView) return `${id} has given no value yet: the state says why.`;
  return `There is no value of "${id.slice(0, 300)}". It is no view, and numbers of the stream are here only while somebody looks at them: show it in a panel, then ask again.`;
}

async function inThread(what: ToExport): Promise<Uint8Array> {
  const worker = new Worker(threadOf(import.meta.url, 'export-thread'), { name: 'export', workerData: what });
  try {
    const answer = await new Promise<Exported>((resolve, reject) => {
      worker.on('message', resolve);
      worker.on('error', reject);
      worker.on('exit', () => reject(new YardError('VALUE_FORMAT', 'The file could not be made: there may not be memory enough.')));
    });
    if ('code' in answer) throw new YardError(answer.code, answer.message);
    return answer.bytes;
  } finally {
    void worker.terminate();
  }
}
