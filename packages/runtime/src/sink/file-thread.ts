import { rmSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { outcomeNames, type Reason } from '@trainyard/core';
import { ResultsWriter, type TrainOutcome } from '@trainyard/nexus';
import { readWire } from '../worker/wire.ts';
import type { FileData, FromFile, ToFile } from './file-messages.ts';
import { asResultValue } from './result-value.ts';

/** Writes the results file, away from the main thread: a slow disk holds up recorded data, never the control endpoint. */
const { path, force, title, provenance } = workerData as FileData;
const port = parentPort!;
let writer: ResultsWriter;
/** View -> its last reason: only changes are written. */
const lastReason = new Map<string, string>();
let described = false;

function send(message: FromFile): void {
  port.postMessage(message);
}

function fail(error: unknown): void {
  const { code = 'OUT_FAILED', message } = error as { code?: string; message: string };
  send({ type: 'failed', code, message });
}

function handle(message: ToFile): void {
  switch (message.type) {
    case 'views':
      writer.addViews(message.views);
      if (!described) for (const { name, value, unit } of message.parameters) writer.addParameter(name, value, unit);
      described = true;
      return;
    case 'train': {
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
      return;
    case 'journal': {
      const { trainId, what, name, value, before, who } = message.entry;
      writer.addJournal({ trainId, kind: what, name, value: { value, before, who } });
      return;
    }
    case 'abandon':
      writer.abandon();
      rmSync(`${writer.path}.part`, { force: true });
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

try {
  writer = await ResultsWriter.create(path, { force, title, views: [], provenance });
  send({ type: 'open', ...(writer.leftOver !== undefined && { leftOver: writer.leftOver }) });
  port.on('message', (message: ToFile) => {
    try {
      handle(message);
    } catch (error) {
      fail(error);
    }
  });
} catch (error) {
  fail(error);
  port.close();
}
