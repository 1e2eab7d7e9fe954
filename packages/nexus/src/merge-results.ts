import { rmSync } from 'node:fs';
import { BLOCK, blockOf, type Reason, type TreeNode } from '@trainyard/core';
import { NexusError } from './nexus-error.ts';
import { circumstances } from './provenance.ts';
import type { ResultValue, ResultView, RowLabels } from './result-view.ts';
import { readResults, type ResultsFile } from './results-file.ts';
import { ResultsWriter, type TrainOutcome } from './results-writer.ts';

export interface MergeOptions {
  readonly force?: boolean;
  /** The final value of a cumulative view from the tree nodes of all parts (see core's `BlockTree`); undefined when it has none. */
  readonly finalOf: (id: string, nodes: TreeNode<unknown>[]) => Promise<{ readonly value: ResultValue; readonly labels?: RowLabels } | undefined>;
}

/**
 * Joins the parts of one run, cut at multiples of 64 train IDs, into the file that one run over all trains writes: identical by
 * `diffResults`. Parts may be given in any order. Errors: NEXUS_PARTS (overlapping, or of different lists, versions, views or
 * parameters; says which), and those of `readResults` and `ResultsWriter.create`.
 */
export async function mergeResults(paths: readonly string[], out: string, options: MergeOptions): Promise<void> {
  const parts: ResultsFile[] = [];
  let writer: ResultsWriter | undefined;
  try {
    for (const path of paths) parts.push(await readResults(path));
    if (parts.length === 0) throw new NexusError('NEXUS_PARTS', out, 'There are no parts to merge');
    parts.sort((a, b) => (a.trainIds[0] ?? Infinity) - (b.trainIds[0] ?? Infinity));
    const first = parts[0];
    for (const part of parts) checkSame(first, part);
    parts.forEach((part, i) => i > 0 && checkOrder(parts[i - 1], part));
    writer = await ResultsWriter.create(out, {
      views: first.views,
      provenance: { ...first.provenance, parts: parts.map((part) => part.path) },
      ...(first.title !== undefined && { title: first.title }),
      ...(options.force !== undefined && { force: options.force }),
    });
    for (const [name, value] of Object.entries(first.parameters)) writer.addParameter(name, value, first.units[name]);
    const seen = new Set<string>();
    for (const part of parts) {
      copyPart(part, writer);
      for (const entry of part.journal()) {
        const text = JSON.stringify(entry);
        if (!seen.has(text)) writer.addJournal(entry);
        seen.add(text);
      }
    }
    for (const { id, cumulative } of first.views) {
      if (!cumulative) continue;
      const nodes = parts.flatMap((part) => part.nodes(id));
      const final = await options.finalOf(id, nodes);
      writer.setFinal(id, final?.value, final?.labels, nodes);
    }
    writer.close();
    writer = undefined;
  } finally {
    for (const part of parts) part.close();
    writer?.abandon();
    // Half a merge is worth nothing: the parts are there.
    if (writer) rmSync(`${writer.path}.part`, { force: true });
  }
}

function checkSame(first: ResultsFile, part: ResultsFile): void {
  const refuse = (what: string): never => {
    throw new NexusError('NEXUS_PARTS', part.path, `It is not a part of the same run as ${first.path}: ${what}. Run both with the same list, versions and parameters`);
  };
  const views = (file: ResultsFile): Map<string, string> => new Map(file.views.map((view) => [view.id, describe(view)]));
  const differing = differingKey(views(first), views(part));
  if (differing !== undefined) refuse(`the view ${differing} differs`);
  const records = (record: Readonly<Record<string, unknown>>): Map<string, string> => new Map(Object.entries(record).filter(([key]) => !circumstances.includes(key)).map(([key, value]) => [key, JSON.stringify(value)]));
  const provenance = differingKey(records(first.provenance), records(part.provenance));
  if (provenance !== undefined) refuse(`"${provenance}" of its provenance differs`);
  const parameter = differingKey(new Map(Object.entries(first.parameters).map(([key, value]) => [key, JSON.stringify(value)])), new Map(Object.entries(part.parameters).map(([key, value]) => [key, JSON.stringify(value)])));
  if (parameter !== undefined) refuse(`the parameter ${parameter} is ${JSON.stringify(part.parameters[parameter])} there and ${JSON.stringify(first.parameters[parameter])} here`);
}

const describe = ({ kind, stage, cumulative, window, hash }: ResultView): string => JSON.stringify({ kind, stage, cumulative, window, hash });

function differingKey(a: Map<string, string>, b: Map<string, string>): string | undefined {
  return [...new Set([...a.keys(), ...b.keys()])].find((key) => a.get(key) !== b.get(key));
}

function checkOrder(before: ResultsFile, after: ResultsFile): void {
  const last = before.trainIds.at(-1);
  const first = after.trainIds[0];
  if (last === undefined || first === undefined || blockOf(last) < blockOf(first)) return;
  throw new NexusError('NEXUS_PARTS', after.path, `It begins with train ${first}, ${before.path} ends with ${last}: parts must be cut at multiples of ${BLOCK} train IDs and not overlap`);
}

/** Adds all trains of a part, in the order of a run: a train's block rows before the next train. */
function copyPart(part: ResultsFile, writer: ResultsWriter): void {
  const views = part.views.map(({ id, cumulative }) => ({ id, cumulative, reader: part.reader(id), codes: part.outcomes(id), row: 0, outcome: { code: 0 } as { -readonly [K in keyof TrainOutcome]: TrainOutcome[K] } }));
  const outcomes = new Map<string, TrainOutcome>(views.map((view) => [view.id, view.outcome]));
  for (let train = 0; train < part.trainIds.length; train += 1) {
    for (const view of views) {
      const { outcome, reader } = view;
      outcome.code = view.codes[train]!;
      if (outcome.code !== 0 || view.cumulative) continue;
      outcome.value = reader.value(view.row);
      const labels = reader.labels(view.row);
      if (labels) outcome.labels = labels;
      view.row += 1;
    }
    writer.addTrain(part.trainIds[train], outcomes);
  }
  for (const { id, cumulative, reader } of views) {
    if (!cumulative) continue;
    for (let row = 0; row < reader.rows; row += 1) {
      const labels = reader.labels(row);
      writer.addBlock(id, { block: reader.row(row).block!, lastTrainId: reader.trainIds[row], value: reader.value(row), ...(labels && { labels }) });
    }
  }
  for (const { trainId, view, outcome, message, where } of part.reasons()) {
    writer.addReason({ view, trainId, outcome: outcome as Reason['outcome'], message, ...(where !== '' && { where: { file: where } }) });
  }
}
