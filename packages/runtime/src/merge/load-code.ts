import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { YardError, type TreeNode } from '@trainyard/core';
import type { ResultValue, RowLabels } from '@trainyard/nexus';
import { EngineRefused, loadProblems, noViews } from '../engine/engine-options.ts';
import { prepareCode } from '../reload/prepare-code.ts';
import { WorkerHandle } from '../crew/worker-handle.ts';
import { wrongSets } from '../engine/wrong-sets.ts';
import type { Installed } from '../packs/load-specs.ts';
import { asResultValue } from '../sink/result-value.ts';
import type { GenerationDescriptor } from '../worker/generation.ts';
import type { FromWorker } from '../worker/messages.ts';
import { readWire } from '../worker/wire.ts';

/** A list or views file in a worker of its own, without a source: what it holds, and its reducers. */
export interface LoadedCode {
  readonly descriptor: GenerationDescriptor;
  /** The user's files: the list, views files and what they import. */
  readonly files: readonly string[];
  /** The value over all trains of a cumulative view; undefined when there is none. Throws what the user's reducer threw. */
  fold(id: string, nodes: readonly TreeNode<unknown>[]): Promise<{ readonly value: ResultValue; readonly labels?: RowLabels } | undefined>;
  close(): Promise<void>;
}

const LOAD_LIMIT_MS = 10_000;

/** Checks and loads a list or views file as a run does. Throws `EngineRefused` with all its problems. */
export async function loadCode(file: string, sets: Readonly<Record<string, string>>, installed: Installed): Promise<LoadedCode> {
  const outFolder = mkdtempSync(join(tmpdir(), 'trainyard-'));
  const worker = new WorkerHandle('reduce', installed.packFolders);
  // A worker alone does not keep the process alive.
  const alive = setInterval(() => undefined, 10_000);
  const close = async (): Promise<void> => {
    clearInterval(alive);
    await worker.end();
    rmSync(outFolder, { recursive: true, force: true });
  };
  try {
    const { steps, list, files, problems } = await prepareCode(file, installed, outFolder);
    if (problems.some(({ severity }) => severity === 'error')) throw new EngineRefused(problems);
    const code = { number: 1, steps, listParameters: list?.parameters ?? {}, overrides: sets, kept: {}, packFolders: installed.packFolders };
    const answer = await worker.load({ type: 'load', code, recorded: undefined }, LOAD_LIMIT_MS);
    if (answer.type === 'load-failed') throw new EngineRefused(await loadProblems(answer.error, file, files));
    if (answer.descriptor.views.length === 0) throw new EngineRefused([noViews(file)]);
    const wrong = wrongSets(answer.descriptor, sets, true);
    if (wrong) throw new EngineRefused(wrong);
    return { descriptor: answer.descriptor, files, close, fold: (id, nodes) => fold(worker, id, nodes) };
  } catch (error) {
    await close();
    throw error;
  }
}

async function fold(worker: WorkerHandle, id: string, nodes: readonly TreeNode<unknown>[]): ReturnType<LoadedCode['fold']> {
  const answer = await new Promise<FromWorker>((resolve, reject) => {
    worker.onMessage = resolve;
    worker.onDeath = (reason) => reject(new YardError('MERGE_REDUCER', `${id}: its reducer ended the worker while parts were joined: ${reason}`));
    worker.send({ type: 'fold', id, nodes });
  });
  if (answer.type === 'fold-failed') throw new YardError('MERGE_REDUCER', `${id}: its reducer failed: ${answer.error.message}`, answer.error.where);
  if (answer.type !== 'folded' || answer.value === undefined) return undefined;
  return asResultValue(readWire(answer.value, answer.memory));
}
