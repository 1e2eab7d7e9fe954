import { NdArray, YardError, aliasOf, ndarray, otherChannel, recordedNames, streamNames, type Alias, type AnyTypedArray, type DType, type DataPath } from '@trainyard/core';
import type { Run, RunData } from '@trainyard/exdf';
import type { Stack } from '@trainyard/stack';
import type { RecordedResults } from '../source/recorded-results.ts';
import type { TrainTask } from './messages.ts';
import { itemSize, readWire, typedArrayAt } from './wire.ts';

/** The value of an input for one train, or in words why there is none. */
export type Found = { readonly value: unknown } | { readonly missing: string };

/** Gives the inputs of one train in the one canonical form, whatever they came from. */
export interface TrainInputs {
  get(key: string, path: DataPath): Found;
}

type Detector = Alias & { readonly parts: Record<string, string> };

/** Reads one value by the names that a source has, with its axis of entries also when there is one; undefined when the train does not have it. */
type Lookup = (source: string, key: string, keepEntries?: boolean) => unknown;

/** Inputs of a train that came over a stream. */
export function streamInputs(task: TrainTask, memory: ModuleMemory): TrainInputs {
  const parts = task.data ?? [];
  const lookup: Lookup = (source, key) => {
    for (const { sources, memory: slot } of parts) {
      const values = sources[source];
      const wire = values?.[key] ?? values?.[`${key}.value`];
      if (wire !== undefined) return readWire(wire, slot);
    }
    return undefined;
  };
  const seen = (source: string): boolean => parts.some(({ sources }) => source in sources);
  return remembered((key, path) => find(key, path, task, lookup, seen, memory, streamNames));
}

/** Inputs of a train of a recorded run. */
export function runInputs(task: TrainTask, run: Run, memory: ModuleMemory): TrainInputs {
  const lookup: Lookup = (source, key, keepEntries = false) => {
    const stored = run.sources.get(source)?.keys.get(key);
    const data = stored?.readTrain(task.trainId);
    if (data === undefined) return undefined;
    const single = keepEntries && data.shape.length === stored!.entryShape.length;
    return asValue(single ? { ...data, shape: [1, ...data.shape] } : data);
  };
  return remembered((key, path) => {
    const found = find(key, path, task, lookup, (source) => run.sources.has(source), memory, () => []);
    const why = 'missing' in found && path.kind === 'karabo' ? run.sources.get(path.source)?.keys.get(path.key)?.whyMissing(task.trainId) : undefined;
    // What was recorded and cannot be had is not the same as nothing.
    return why?.recorded ? { missing: `${key}: ${why.reason}` } : found;
  });
}

/** Inputs of one frame of a stack. */
export function stackInputs(task: TrainTask, stack: Stack): TrainInputs {
  return remembered((key, path) => {
    if (path.kind === 'internal') return { value: task.trainId };
    if (path.kind !== 'stack') return { missing: `${key}: a stack of frames has stack#frame only` };
    return { value: asValue(stack.readFrame(task.trainId)) };
  });
}

/** Inputs of a train of a results file. */
export function resultsInputs(task: TrainTask, results: RecordedResults): TrainInputs {
  return remembered((key, path) => {
    if (path.kind === 'internal') return { value: task.trainId };
    if (path.kind !== 'karabo') return { missing: `${key}: a results file has what views gave, such as karabo#yard/views/total[data]` };
    return results.at(task.trainId, path);
  });
}

/** Several views of a train may take the same input: it is read once. */
function remembered(read: (key: string, path: DataPath) => Found): TrainInputs {
  const known = new Map<string, Found>();
  return {
    get(key, path) {
      let found = known.get(key);
      if (!found) known.set(key, (found = read(key, path)));
      return found;
    },
  };
}

function find(key: string, path: DataPath, task: TrainTask, lookup: Lookup, seen: (source: string) => boolean, memory: ModuleMemory, combined: (detector: Detector) => string[]): Found {
  if (path.kind === 'internal') return { value: task.trainId };
  if (path.kind !== 'karabo') return { missing: `${key}: this source has no frames of a stack; give one with --stack` };
  const detector = aliasOf(path.source);
  const names = [path.source, otherChannel(path.source), ...(detector ? combined(detector) : [])].filter((name) => name !== undefined);
  for (const name of names) {
    const value = lookup(name, path.key);
    if (value !== undefined) return { value: detector ? canonicalModules(detector, path.key, value) : value };
  }
  if (detector) {
    const stacked = stackModules(detector, path.key, key, lookup, memory);
    if (stacked) return { value: stacked };
  }
  const told = task.absent?.[key];
  if (told !== undefined) return { missing: told };
  return { missing: names.some(seen) ? `${key}: the source is there, the key has no data in this train` : `${key}: the source has no data in this train` };
}

/** A stream sends a detector as (module, fs, ss, pulse), file servers as (pulse, module, ss, fs): the view is always the latter. */
function canonicalModules(detector: Detector, key: string, value: unknown): unknown {
  if (!(value instanceof NdArray) || !detector.pixelKeys.includes(key) || value.dimension !== 4) return value;
  const [first, second, third] = value.shape as [number, number, number];
  // No side of a module has as many pixels as there are modules: the two orders cannot be taken for each other.
  return first === detector.modules && second === detector.fs && third === detector.ss ? value.transpose(3, 0, 2, 1) : value;
}

/** Memory for stacked modules, one per path, used again for every train. */
export type ModuleMemory = Map<string, ArrayBuffer>;

/** (pulse, module, ss, fs) out of one source per module; a module that is absent is NaN, or 0 for integers. */
function stackModules(detector: Detector, key: string, path: string, lookup: Lookup, memory: ModuleMemory): NdArray | undefined {
  const perPulse = detector.pulseKeys.includes(key);
  const modules: (NdArray | undefined)[] = [];
  for (let module = 0; module < detector.modules; module++) {
    const found = recordedNames(detector, module).map((name) => lookup(name, key, true)).find((one) => one !== undefined);
    // A stream may send the number of a single pulse alone.
    const value = perPulse && typeof found === 'number' ? ndarray(Float64Array.of(found), [1]) : found instanceof NdArray ? found : undefined;
    modules.push(value ? withPulses(value, perPulse ? 1 : 3) : undefined);
    if (perPulse && value) return modules[module];
  }
  const first = modules.find((module) => module !== undefined);
  if (!first) return undefined;
  const [pulses, ...pixels] = first.shape as [number, ...number[]];
  const frame = pixels.reduce((product, n) => product * n, 1);
  const shape = [pulses, detector.modules, ...pixels];
  const out = reused(memory, path, first.dtype, pulses * detector.modules * frame);
  for (const [m, module] of modules.entries()) {
    if (module && module.shape.join() !== first.shape.join()) throw new Error(`MODULES_DIFFER: ${path}: module ${m} has shape (${module.shape.join(', ')}), others (${first.shape.join(', ')}); frame counts of the modules differ in this train.`);
    const data = module && (module.data as unknown as AnyTypedArray);
    for (let pulse = 0; pulse < pulses; pulse++) {
      const at = (pulse * detector.modules + m) * frame;
      if (data) (out as Float32Array).set((data as Float32Array).subarray(module.offset + pulse * frame, module.offset + (pulse + 1) * frame), at);
      else (out as Float32Array).fill(first.dtype.startsWith('float') ? NaN : 0, at, at + frame);
    }
  }
  return ndarray(out, shape, { dtype: first.dtype });
}

/** A train with one pulse comes without the axis of pulses: it is put back. */
function withPulses(module: NdArray, rank: number): NdArray {
  const whole = module.isContiguous ? module : module.copy();
  return whole.dimension < rank ? whole.reshape(1, ...whole.shape) : whole;
}

function reused(memory: ModuleMemory, path: string, dtype: DType, length: number): AnyTypedArray {
  const bytes = length * itemSize(dtype);
  let buffer = memory.get(path);
  if (!buffer || buffer.byteLength < bytes) memory.set(path, (buffer = new ArrayBuffer(bytes)));
  return typedArrayAt(buffer, dtype, 0, length);
}

/** A recorded value as a view sees it: a single one as a number, a boolean or a text, the rest as an array. */
export function asValue({ dtype, shape, data }: { readonly dtype: string; readonly shape: readonly number[]; readonly data: RunData['data'] | readonly string[] }): unknown {
  if (/^\[|^V\d/.test(dtype)) throw new YardError('INPUT_RECORDS', `This key holds records, ${dtype}, which a view cannot take; yard read gives them.`);
  if (shape.length === 0) {
    const value = data[0]!;
    if (typeof value === 'string') return value;
    if (dtype === 'bool') return Number(value) !== 0;
    return Number(value);
  }
  if (Array.isArray(data)) return data;
  return ndarray(data as AnyTypedArray, shape, dtype === 'bool' ? { dtype } : {});
}

