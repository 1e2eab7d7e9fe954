import type { GenerationState, JournalEntry, LogLine, NewestOutcome, PanelValue, SourceTree, Timing, ViewState, YardState } from '@trainyard/control';
import { ndarray } from '@trainyard/nd';

/** A scripted yard: its state, and the value of each view and key as a function of the train ID. */
export interface Script {
  state: YardState;
  tree: SourceTree;
  logs: LogLine[];
  journal?: JournalEntry[];
  values(trainId: number): PanelValue[];
}

export const firstTrain = 2_123_456_000;

export const sampleTree: SourceTree = {
  sources: [
    { name: 'SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output', keys: [{ key: 'data.image.pixels', path: 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]', dtype: 'uint16', shape: [1024, 1024] }] },
    { name: 'SA3_XTD10_XGM/XGM/DOOCS:output', keys: [
      { key: 'data.intensityTD', path: 'karabo#SA3_XTD10_XGM/XGM/DOOCS:output[data.intensityTD]', dtype: 'float32', shape: [400] },
      { key: 'data.nummberOfPulses', path: 'karabo#SA3_XTD10_XGM/XGM/DOOCS:output[data.nummberOfPulses]', dtype: 'uint32', shape: [] }] },
    { name: 'SQS_SHUTTER/DEV/1', keys: [{ key: 'isOpen', path: 'karabo#SQS_SHUTTER/DEV/1.isOpen', dtype: 'bool', shape: [] }, { key: 'state', path: 'karabo#SQS_SHUTTER/DEV/1.state', dtype: 'str', shape: [] }] },
    { name: 'SQS_NQS/MOTOR/X1', keys: [{ key: 'actualPosition', path: 'karabo#SQS_NQS/MOTOR/X1.actualPosition', dtype: 'float64', shape: [] }] },
  ],
};

const sampleTiming: Timing = { lastMinute: { p50: 3.1, p95: 4.5, p99: 5.2 }, all: { p50: 3, p95: 4.8, p99: 9.6 }, count: 340, sumMs: 1100 };

export function view(part: Partial<ViewState> & Pick<ViewState, 'name' | 'kind'>): ViewState {
  const group = part.group ?? 'views';
  return {
    id: `${group}/${part.name}`, group, stage: 'pool', hidden: false, inputs: [], rate: 10, timeMs: 3.2, seen: 340, time: sampleTiming, age: sampleTiming, pixel: null,
    counts: { value: 340, none: 0, missing: 0, failed: 0, late: 0, dropped: 0 }, where: { file: '/home/user/night/views.ts', line: 12, column: 3 },
    newest: outcome('value', ''), ...part,
  };
}

export function outcome(name: NewestOutcome['outcome'], message: string, line?: number): NewestOutcome {
  return { trainId: firstTrain, outcome: name, message, at: Date.now(), ...(line === undefined ? {} : { where: { file: '/home/user/night/views.ts', line, column: 9 } }) };
}

export const goodGeneration: GenerationState = { number: 3, loadedAt: Date.now() - 60_000, failures: 0, warnings: [] };
export const badGeneration: GenerationState = {
  ...goodGeneration,
  error: {
    code: 'IMPURE_VIEW', message: 'A pool view may not write to `this.sum`: it runs in several workers, each with its own copy.', file: '/home/user/night/views.ts', line: 27, column: 5,
    text: '    this.sum += image.sum();', fix: "@View.Scalar({ average: 25 })",
  },
};

/** Every kind of panel, and every outcome that must be explained. */
export function everything(size = 1024): Script {
  const tt = { group: 'TimingTool' } as const;
  const views: ViewState[] = [
    view({ ...tt, name: 'camera', kind: 'image', inputs: [{ name: 'camera', from: sampleTree.sources[0].keys[0].path, optional: false }] }),
    view({ ...tt, name: 'profile', kind: 'vector', unit: 'ADU' }),
    view({ ...tt, name: 'edge', kind: 'scalar', unit: 'px', title: 'Edge position' }),
    view({ name: 'powder', kind: 'vector', stage: 'reduce', title: 'Pumped and not pumped' }),
    view({ name: 'correlation', kind: 'matrix', stage: 'reduce', counts: { value: 330, none: 0, missing: 0, failed: 10, late: 0, dropped: 0 }, lastFailure: outcome('failed', 'Cannot read properties of undefined (reading \'mean\')', 42) }),
    view({ name: 'cloud', kind: 'points' }),
    view({ name: 'pumped', kind: 'image', rate: 0, newest: outcome('missing', 'karabo#SQS_SHUTTER/DEV/1.isOpen has not been seen since the start. Did you mean karabo#SQS_SHUTTER/DEV/1.state?'), counts: { value: 0, none: 0, missing: 340, failed: 0, late: 0, dropped: 0 } }),
    view({ name: 'broken', kind: 'scalar', rate: 0, newest: outcome('failed', 'Cannot slice an array of 2 axes with 3 parts.', 18), counts: { value: 0, none: 0, missing: 0, failed: 340, late: 0, dropped: 0 } }),
    view({ name: 'hits', kind: 'table' }),
    view({ name: 'report', kind: 'text' }),
    view({ name: 'lookup', kind: 'compute', hidden: true }),
  ];
  const state: YardState = {
    name: 'views.ts', verb: 'live', pid: 1, version: '0.1.0', startedAt: Date.now() - 90_000,
    source: { what: 'tcp://127.0.0.1:4545', kind: 'stream', status: 'streaming', message: 'Receiving from tcp://127.0.0.1:4545 (bridge 2.2, REQ).' },
    trains: { seen: 340, done: 338, dropped: { 'queue full': 2 }, rate: 10, lastTrainId: firstTrain },
    generation: goodGeneration, views,
    parameters: [
      { ...tt, name: 'sigma', type: 'number', value: 5, default: 5, min: 0.5, max: 20, unit: 'px' },
      { ...tt, name: 'window', type: 'integer', value: 25, default: 20, min: 1, max: 100 },
      { ...tt, name: 'subtract', type: 'boolean', value: true, default: true },
      { group: 'views', name: 'mode', type: 'choice', value: 'sum', default: 'sum', choices: ['sum', 'mean', 'max'] },
      { group: 'views', name: 'label', type: 'string', value: 'night 3', default: 'night 3' },
      { group: 'views', name: 'edges', type: 'numbers', value: [0, 10, 20], default: [0, 10, 20] },
      { group: 'views', name: 'threshold', type: 'number', value: 1200, default: 1000, unit: 'ADU' },
    ],
    actions: [
      { ...tt, name: 'dark', title: 'Record dark' },
      { group: 'views', name: 'flat', title: 'Record flat', progress: { done: 34, of: 100 } },
      { group: 'views', name: 'delayScan', title: 'Delay scan', isScan: true, progress: { done: 260, of: 2000, point: 3, points: 20, train: 60, trains: 100, leftMs: 174_000 } }],
    constants: [{ ...tt, name: 'dark', recordedAt: Date.now() - 3_600_000, shape: [1024, 1024] }],
    workers: { pool: 2, busy: 1, deaths: {} }, process: { residentBytes: 3e8, loopLagMs: null },
  };
  const frames = spots(size);
  const logs: LogLine[] = ['edge found at 511.2', 'edge found at 512.9', 'weak edge, using the last one'].map((text, k) => ({ view: 'TimingTool/edge', trainId: firstTrain + k, at: Date.now() + k, level: k === 2 ? 'warn' : 'log', text }));
  const values = (trainId: number): PanelValue[] => {
    const t = trainId - firstTrain;
    const wave = (n: number, phase: number, noise = 0.05) => ndarray(Float32Array.from({ length: n }, (_, i) => Math.exp(-(((i - n / 2 - 10 * Math.sin(t / 9)) / (n / 9)) ** 2)) * (1 + phase) + noise * Math.sin(i * 12.9 + t * 7)), [n]);
    const q = Float64Array.from({ length: 250 }, (_, i) => 0.2 + i * 0.012);
    return [
      { id: 'TimingTool/camera', trainId, value: frames[t % frames.length], labels: { unit: 'ADU', overlay: [{ kind: 'rect', at: [300, 300, 700, 700], text: 'ROI' }] } },
      { id: 'TimingTool/profile', trainId, value: wave(1024, 0), labels: { axes: [{ name: 'column', unit: 'px' }], errors: ndarray(new Float32Array(1024).fill(0.08), [1024]) } },
      { id: 'TimingTool/edge', trainId, value: 512 + 3 * Math.sin(t / 15) + Math.sin(t * 7.7) },
      { id: 'views/powder', trainId, value: { pumped: wave(250, 0.2, 0.02), unpumped: wave(250, 0, 0.02) }, labels: { unit: 'arb.', axes: [{ name: 'q', unit: '1/nm', values: q }], overlay: [{ kind: 'vline', at: [1.6], text: '(111)' }] } },
      { id: 'views/correlation', trainId, value: ndarray(Float64Array.from({ length: 60 * 80 }, (_, i) => Math.cos((i % 80) / 9) * Math.cos(Math.floor(i / 80) / 7 + t / 20)), [60, 80]), labels: { axes: [{ name: 'delay', unit: 'ps', values: Float64Array.from({ length: 60 }, (_, i) => i / 10 - 2) }, { name: 'energy', unit: 'eV', values: Float64Array.from({ length: 80 }, (_, i) => 7100 + i / 4) }], counts: { pairs: 340, incomplete: 2, outside: 0 } } },
      { id: 'views/cloud', trainId, value: ndarray(Float64Array.from({ length: 900 }, (_, i) => (i % 3 === 2 ? i : Math.sin(i * 1.7 + (i % 3)) * (1 + 0.3 * Math.cos(i * 3.1 + t / 30)))), [300, 3]), labels: { axes: [{ name: 'I0' }, { name: 'I1' }] } },
      { id: 'views/hits', trainId, value: { frame: [1, 4, 9], peaks: [12, 40, 7 + (t % 3)], note: ['ring', 'strong', 'weak'] } },
      { id: 'views/report', trainId, value: `run 34, ${t} trains\nmean edge  512.3 px\nrms          2.1 px` },
      ...sampleTree.sources.flatMap(({ keys }) => keys.map(({ path, shape }): PanelValue => ({ id: path, trainId, value: shape.length === 2 ? frames[t % frames.length] : shape.length === 1 ? wave(400, 0.3) : path.endsWith('state') ? 'OPEN' : path.endsWith('isOpen') ? t % 20 < 10 : 5 + t / 100 }))),
    ];
  };
  return { state, tree: sampleTree, logs, values };
}

/** Frames of uint16 with a moving spot, rings and noise; made once. */
function spots(size: number) {
  return Array.from({ length: 8 }, (_, k) => {
    const data = new Uint16Array(size * size);
    let seed = 12_345 + k;
    for (let i = 0; i < data.length; i++) {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      const [x, y] = [(i % size) / size - 0.5 - 0.02 * Math.sin(k), Math.floor(i / size) / size - 0.5];
      const r = Math.hypot(x, y);
      data[i] = 90 + (seed >>> 28) + 4000 * Math.exp(-(r * r) / 0.002) + 300 * Math.exp(-(((r - 0.3) / 0.01) ** 2));
    }
    return ndarray(data, [size, size]);
  });
}
