import { existsSync, rmSync } from 'node:fs';
import { parse } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { outcomeNames, type Reason } from '@trainyard/core';
import { ResultsWriter, type TrainOutcome } from '@trainyard/nexus';
import { readWire } from '../worker/wire.ts';
import type { FileData, FromFile, ToFile } from './file-messages.ts';
import { SequenceWriter } from './sequence-writer.ts';
import { Standing } from './standing.ts';
import { asResultValue } from './result-value.ts';

/** Writes the results file, away from the main thread: a slow disk holds up recorded data, never the control endpoint. */
const { path, force, title, provenance, sequence } = workerData as FileData;
const port = parentPort!;
let writer: ResultsWriter | SequenceWriter;
/** View -> its last reason: only changes are written. */
const lastReason = new Map<string, string>();
const standing = new Standing();
let described = false;
let lastTrainId = -1;
let next = 2;
let work = Promise.resolve();

function send(message: FromFile): void {
  port.postMessage(message);
}

function fail(error: unknown): void {
  const { code = 'OUT_FAILED', message } = error as { code?: string; message: string };
  send({ type: 'failed', code, message });
}

/** The train IDs began anew, so nothing can be appended: this file is closed, another one beside it begins with what holds now. */
async function goOn(trainId: number): Promise<void> {
  if (writer instanceof SequenceWriter) return;
  writer.close();
  const { dir, name, ext } = parse(writer.path);
  const stem = next === 2 ? name : name.slice(0, name.lastIndexOf('-'));
  const pathOf = (n: number): string => `${dir}/${stem}-${n}${ext}`;
  while (!force && existsSync(pathOf(next))) next += 1;
  writer = await ResultsWriter.create(pathOf(next++), { force, title, views: standing.views, provenance });
  for (const { name: parameter, value, unit } of standing.parameters) writer.addParameter(parameter, value, unit);
  for (const entry of standing.journal) writer.addJournal({ ...entry, trainId });
  lastReason.clear();
  send({ type: 'next', path: writer.path });
}

async function handle(message: ToFile): Promise<void> {
  switch (message.type) {
    case 'views':
      standing.take(message);
      writer.addViews(message.views);
      if (!described) for (const { name, value, unit } of message.parameters) writer.addParameter(name, value, unit);
      described = true;
      return;
    case 'train': {
      if (message.trainId <= lastTrainId) await goOn(message.trainId);
      lastTrainId = message.trainId;
      const outcomes = new Map<string, TrainOutcome>();
      const reasons = new Map<string, Reason>();
      for (const { id, outcome, memory } of message.outcomes) {
        const { code, value } = outcome;
        if (code === 0) outcomes.set(id, { code, ...(value !== undefined && asResultValue(readWire(value, message.memories[memory]))) });
        else {
          outcomes.set(id, { code });
          const text = `${code} ${outcome.message ?? ''}`;
          if (lastReason.get(id) !== text) reasons.set(id, { outcome: outcomeNames[code] as Reason['outcome'], message: outcome.message ?? '', ...(outcome.where && { where: outcome.where }) });
          lastReason.set(id, text);
        }
      }
      writer.addTrain(message.trainId, outcomes, reasons);
      send({ type: 'done', kind: 'train', seq: message.seq });
      return;
    }
    case 'blocks':
      for (const { id, block, lastTrainId, value } of message.blocks) writer.addBlock(id, { block, lastTrainId, ...asResultValue(readWire(value, message.memory)) });
      send({ type: 'done', kind: 'blocks', seq: message.seq });
      return;
    case 'finals':
      for (const { id, value, nodes } of message.finals) {
        const final = value === undefined ? undefined : asResultValue(readWire(value, message.memory));
        writer.setFinal(id, final?.value, final?.labels, nodes);
      }
      send({ type: 'done', kind: 'finals', seq: message.seq });
      return;
    case 'next':
      lastReason.clear();
      if (writer instanceof SequenceWriter) await writer.next(message.trainId, standing);
      return;
    case 'journal': {
      const { trainId, what, name, value, before, who } = message.entry;
      standing.note(message.entry);
      writer.addJournal({ trainId, kind: what, name, value: { value, before, who } });
      return;
    }
    case 'abandon':
      writer.abandon();
      if (writer instanceof ResultsWriter) rmSync(`${writer.path}.part`, { force: true });
      send({ type: 'closed' });
      port.close();
      return;
    case 'close':
      // A close that fails (disk full, the name taken by a folder) is said, and ends the thread as well.
      port.close();
      writer.close();
      send({ type: 'closed' });
      return;
  }
}

async function open(): Promise<FromFile> {
  if (!sequence) {
    const file = await ResultsWriter.create(path, { force, title, views: [], provenance });
    writer = file;
    return { type: 'open', ...(file.leftOver !== undefined && { leftOver: `An unfinished file of an earlier run was kept as ${file.leftOver}.` }) };
  }
  const files = await SequenceWriter.open({ folder: path, ...sequence, title, provenance });
  files.onSay = (text) => send({ type: 'said', text });
  files.onWantsPart = () => send({ type: 'wants-part' });
  writer = files;
  const leftOver = await files.leftOver();
  await files.next(0, standing);
  return { type: 'open', ...(leftOver !== undefined && { leftOver }) };
}

try {
  send(await open());
  port.on('message', (message: ToFile) => {
    // In order, also while the next file is made.
    work = work.then(async () => handle(message)).catch(fail);
  });
} catch (error) {
  fail(error);
  port.close();
}
