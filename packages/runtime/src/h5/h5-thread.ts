import { parentPort, workerData } from 'node:worker_threads';
import { YardError } from '@trainyard/core';
import { Hdf5Dataset } from '@trainyard/hdf5';
import { dataOf } from './h5-data.ts';
import { H5Files } from './h5-files.ts';
import type { AnswerH5, AskH5, H5Answer, H5Question } from './h5-messages.ts';
import { attributesOf, metaOf, pathsBelow } from './h5-meta.ts';

/** Looks into HDF5 files, away from the main thread: a file that is large, slow or damaged keeps nobody else waiting. */
const files = new H5Files(workerData as readonly string[]);

async function answer(question: H5Question): Promise<H5Answer> {
  const object = await files.at(question.file, question.path);
  const json = (value: unknown): H5Answer => ({ type: 'application/json', body: JSON.stringify(value) });
  switch (question.what) {
    case 'meta': return json(metaOf(files, object));
    case 'attr': return json(attributesOf(object));
    case 'paths': return json(pathsBelow(object));
    case 'data':
      if (!(object instanceof Hdf5Dataset)) throw new YardError('H5_TYPE', `${object.where} is a group: it has no values.`);
      files.checkValues(object, files.fileOf(object));
      return dataOf(object, question);
  }
}

let queue = Promise.resolve();
parentPort!.on('message', ({ id, question }: AskH5) => {
  queue = queue.then(async () => {
    const given = await answer(question).catch((error: Error & { code?: string }): H5Answer => ({ code: error.code ?? 'H5', message: error.message }));
    const body = 'body' in given && typeof given.body !== 'string' ? given.body : undefined;
    // Its memory goes along, unless it is a part of more.
    const alone = body?.buffer instanceof ArrayBuffer && body.byteLength === body.buffer.byteLength ? [body.buffer] : [];
    parentPort!.postMessage({ id, answer: given } satisfies AnswerH5, alone);
    // A damaged file may have stopped the library, and with it every file that it had open.
    files.tidy('code' in given && /^HDF5_(STOPPED|CLOSED)$/.test(given.code) ? 0 : undefined);
  });
});
