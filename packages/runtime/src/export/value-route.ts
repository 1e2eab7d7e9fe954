import { Worker } from 'node:worker_threads';
import { YardError } from '@trainyard/core';
import { routes } from '@trainyard/control';
import type { ControlServerOptions } from '../control/control-options.ts';
import type { Route, RouteReply } from '../control/route.ts';
import { threadOf } from '../crew/thread.ts';
import type { Newest } from '../sink/live-sink.ts';
import type { Exported, ToExport } from './export-thread.ts';
import { exportFormats, type ExportFormat } from './export-value.ts';

const TYPES: Readonly<Record<ExportFormat, string>> = { frame: 'application/msgpack', npy: 'application/octet-stream', h5: 'application/x-hdf5', csv: 'text/csv; charset=utf-8' };

/** That are made or wait. */
const MOST = 8;

/** `/api/value`: the newest value of a view or of a raw key that somebody looks at, every number of it. One at a time, and what is newest then. */
export function valueRoute({ live, engine, name }: Pick<ControlServerOptions, 'live' | 'engine' | 'name'>): Route {
  let before: Promise<unknown> = Promise.resolve();
  let count = 0;
  const newestOf = (id: string): Newest => {
    const newest = live.newest(id);
    if (!newest) throw new YardError('NOT_FOUND', absent(id, engine.descriptor?.views.some((view) => view.id === id) === true));
    return newest;
  };
  const make = async (id: string, format: ExportFormat): Promise<RouteReply> => {
    const newest = newestOf(id);
    newest.train.hold();
    try {
      const body = await inThread(id, newest, format, name);
      const file = `${id.replaceAll(/[^\w.-]+/g, '-').slice(-100)}-${newest.trainId}.${format === 'frame' ? 'msgpack' : format}`;
      return { type: TYPES[format], body, headers: { 'content-disposition': `attachment; filename="${file}"` } };
    } finally {
      newest.train.letGo();
    }
  };
  return {
    at: routes.value,
    answer: async ({ query }) => {
      const id = query.get('id') ?? '';
      const format = exportFormats.find((one) => one === (query.get('as') ?? 'frame'));
      if (!format) throw new YardError('VALUE_FORMAT', `There is no "${query.get('as')?.slice(0, 40)}": "as" is one of ${exportFormats.join(', ')}.`);
      newestOf(id);
      if (count >= MOST) throw new YardError('WAIT', `${MOST} values are being made into files; ask again in a moment.`);
      count += 1;
      const made = before.then(() => make(id, format)).finally(() => (count -= 1));
      before = made.catch(() => undefined);
      return made;
    },
  };
}

function absent(id: string, isView: boolean): string {
  if (isView) return `${id} has given no value yet: the state says why.`;
  return `There is no value of "${id.slice(0, 300)}". It is no view, and numbers of the stream are here only while somebody looks at them: show it in a panel, then ask again.`;
}

async function inThread(id: string, { trainId, train, outcome, memory }: Newest, format: ExportFormat, list: string): Promise<Uint8Array> {
  const worker = new Worker(threadOf(import.meta.url, 'export-thread'), { name: 'export', workerData: { of: { id, trainId, at: train.at, wire: outcome.value, memory }, format, list } satisfies ToExport });
  try {
    const answer = await new Promise<Exported>((resolve, reject) => {
      worker.on('message', resolve);
      worker.on('error', reject);
      worker.on('exit', () => reject(new YardError('VALUE_FORMAT', `The file of ${id} could not be made: there may not be memory enough.`)));
    });
    if ('code' in answer) throw new YardError(answer.code, answer.message);
    return answer.bytes;
  } finally {
    void worker.terminate();
  }
}
