import { Worker } from 'node:worker_threads';
import { YardError } from '@trainyard/core';
import { routes } from '@trainyard/control';
import type { ControlServerOptions } from '../control/control-options.ts';
import type { Route } from '../control/route.ts';
import { threadOf } from '../crew/thread.ts';
import type { Newest } from '../sink/live-sink.ts';
import type { Exported, ToExport } from './export-thread.ts';
import { exportFormats, type ExportFormat } from './export-value.ts';

const TYPES: Readonly<Record<ExportFormat, string>> = { frame: 'application/msgpack', npy: 'application/octet-stream', h5: 'application/x-hdf5', csv: 'text/csv; charset=utf-8' };

/** `/api/value`: the newest value of a view or of a raw key that somebody looks at, every number of it. One at a time. */
export function valueRoute({ live, engine, name }: Pick<ControlServerOptions, 'live' | 'engine' | 'name'>): Route {
  let before: Promise<unknown> = Promise.resolve();
  return {
    at: routes.value,
    answer: async ({ query }) => {
      const id = query.get('id') ?? '';
      const format = exportFormats.find((one) => one === (query.get('as') ?? 'frame'));
      if (!format) throw new YardError('VALUE_FORMAT', `There is no "${query.get('as')?.slice(0, 40)}": "as" is one of ${exportFormats.join(', ')}.`);
      const newest = live.newest(id);
      if (!newest) throw new YardError('NOT_FOUND', absent(id, engine.descriptor?.views.some((view) => view.id === id) === true));
      newest.train.hold();
      const made = before.then(() => inThread(id, newest, format, name));
      before = made.catch(() => undefined).finally(() => newest.train.letGo());
      const file = `${id.replaceAll(/[^\w.-]+/g, '-').slice(-100)}-${newest.trainId}.${format === 'frame' ? 'msgpack' : format}`;
      return { type: TYPES[format], body: await made, headers: { 'content-disposition': `attachment; filename="${file}"` } };
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
