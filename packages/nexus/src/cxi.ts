import { renameSync, rmSync } from 'node:fs';
import { AppendFile } from './file/append-file.ts';
import { Fixed } from './file/column.ts';
import type { NumberType } from './file/dtype.ts';
import { GroupNode, SoftLink, type Mapping } from './file/node.ts';
import { VirtualDataset } from './file/virtual-dataset.ts';

/** What a CXI file holds: numbers of frames, and the pixels as virtual datasets. */
export interface CxiContent {
  /** Of each frame. */
  readonly trainIds: readonly number[];
  readonly pulseIds: readonly number[];
  readonly modules: readonly number[];
  readonly datasets: readonly {
    readonly name: 'data' | 'gain' | 'mask' | 'cellId';
    /** numpy's name. */
    readonly dtype: string;
    /** `[frame, module, ...]`. */
    readonly shape: readonly number[];
    readonly parts: readonly Mapping[];
  }[];
  /** What stands where a module has no data; by default NaN for floating pixels, 0 for others, all bits of the mask, 0 for the gain. */
  readonly fill?: { readonly data?: number; readonly gain?: number; readonly mask?: number };
}

const VERSION = 150n;
const ENTRY = '/entry_1';
const DETECTOR = `${ENTRY}/instrument_1/detector_1`;

/**
 * Writes a CXI file, version 1.5 (cxidb.org), of one detector: `entry_1/instrument_1/detector_1/{data, gain, mask}` of shape (frame, module, ...), and
 * `trainId`, `pulseId`, `cellId` of the frames beside. It appears under its name when it is whole.
 */
export function writeCxi(path: string, content: CxiContent): void {
  const part = `${path}.part`;
  rmSync(part, { force: true });
  const file = new AppendFile(part);
  const { root } = file;
  root.attributes.clear();
  const plain = (): GroupNode => new GroupNode();
  const [entry, instrument, detector] = [plain(), plain(), plain()];
  root.members.set('cxi_version', new Fixed(file, 'int64', [1], BigInt64Array.of(VERSION)));
  root.members.set('entry_1', entry);
  const names = content.trainIds.map((trainId, i) => `${trainId}:${content.pulseIds[i]}`);
  const frames = [names.length];
  entry.members.set('experiment_identifier', new Fixed(file, { text: Math.max(1, ...names.map((name) => name.length)) }, frames, names));
  entry.members.set('trainId', new Fixed(file, 'uint64', frames, BigUint64Array.from(content.trainIds, BigInt)));
  entry.members.set('pulseId', new Fixed(file, 'uint64', frames, BigUint64Array.from(content.pulseIds, BigInt)));
  entry.members.set('instrument_1', instrument);
  entry.members.set('data_1', new SoftLink(DETECTOR));
  instrument.members.set('detector_1', detector);
  for (const { name, dtype, shape, parts } of content.datasets) {
    const dataset = new VirtualDataset(dtype as NumberType, shape, fillOf(name, dtype, content.fill), parts);
    dataset.attributes.set('axes', axesOf(shape.length));
    (name === 'cellId' ? entry : detector).members.set(name, dataset);
  }
  detector.members.set('experiment_identifier', new SoftLink(`${ENTRY}/experiment_identifier`));
  detector.members.set('module_identifier', new Fixed(file, 'int64', [content.modules.length], BigInt64Array.from(content.modules, BigInt)));
  file.close();
  renameSync(part, path);
}

function fillOf(name: string, dtype: string, fill: CxiContent['fill'] = {}): number {
  if (name === 'data') return fill.data ?? (dtype.startsWith('float') ? Number.NaN : 0);
  if (name === 'mask') return fill.mask ?? 0xffff_ffff;
  return name === 'gain' ? (fill.gain ?? 0) : 0;
}

function axesOf(rank: number): string {
  const pixels = ['', '', '', 'x', 'y:x', 'data_gain:y:x'][rank] ?? '';
  return `experiment_identifier:module_identifier${pixels === '' ? '' : `:${pixels}`}`;
}
