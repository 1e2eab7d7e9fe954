import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fillTemplate, formatDataPath, parseDataPath, templateNames, type DataPath } from './data-path.ts';

const karabo = (source: string, key: string): DataPath => ({ kind: 'karabo', source, key });

describe('parseDataPath', () => {
  test.each<[string, DataPath]>([
    ['karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]', karabo('SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output', 'data.image.pixels')],
    ['karabo#SPB_DET_AGIPD1M-1/DET[image.data]', karabo('SPB_DET_AGIPD1M-1/DET', 'image.data')],
    ['karabo#SA3_XTD10_MONO/MDL/PHOTON_ENERGY.actualEnergy', karabo('SA3_XTD10_MONO/MDL/PHOTON_ENERGY', 'actualEnergy')],
    ['karabo#SCS/CAM/1.image.binning.x', karabo('SCS/CAM/1', 'image.binning.x')],
    // A channel with dots in place of brackets, as users write it.
    ['karabo#SQS_NQS/ADC/1:network.digitizers.channel_1', karabo('SQS_NQS/ADC/1:network', 'digitizers.channel_1')],
    // Without "karabo#".
    ['SA3_XGM/XGM/DOOCS:output[data.intensityTD]', karabo('SA3_XGM/XGM/DOOCS:output', 'data.intensityTD')],
    ['SA3_XGM/XGM/DOOCS.pulseEnergy', karabo('SA3_XGM/XGM/DOOCS', 'pulseEnergy')],
    [' karabo# A/B/C:out [ x.y ] ', karabo('A/B/C:out', 'x.y')],
    ['stack#frame', { kind: 'stack', key: 'frame' }],
    ['internal#train_id', { kind: 'internal', key: 'train_id' }],
    ['view#smoothed', { kind: 'view', name: 'smoothed' }],
    ['view#TimingTool/edge', { kind: 'view', name: 'TimingTool/edge' }],
    // A bare word is a view.
    ['triggerFEL', { kind: 'view', name: 'triggerFEL' }],
  ])('%s', (text, path) => {
    expect(parseDataPath(text)).toEqual(path);
  });

  test.each([
    ['', 'names nothing'],
    ['karabo#', 'names nothing'],
    ['karabo#A/B/C', 'names no key'],
    ['A/B/C', 'names no key'],
    ['karabo#A/B/C:output', 'names no key'],
    ['karabo#A/B/C.', 'names no key'],
    ['karabo#A/B/.x', 'names no key'],
    ['karabo#.x', 'names no key'],
    ['karabo#A/B/C[]', 'names no key'],
    ['karabo#A/B/C[ ]', 'names no key'],
    ['karabo#[x]', 'names no key'],
    ['karabo#A/B/C[x', 'names no key'],
    ['karabo#A/B/C[x]]', 'names no key'],
    ['karabo#A/B/C:o[x][0]', 'names no key'],
    ['karabos#A/B/C.x', 'begins with "karabos#"'],
    ['stack#frames', 'the only path of this kind is stack#frame'],
    ['internal#trainId', 'the only path of this kind is internal#train_id'],
  ])('refuses %j and says what a path looks like', (text, message) => {
    expect(() => parseDataPath(text)).toThrow(expect.objectContaining({ code: 'PATH_SYNTAX', message: expect.stringContaining(message) }));
    expect(() => parseDataPath(text)).toThrow(/karabo#|only path of this kind/);
  });

  test('the canonical text of a path reads back as the same path', () => {
    const part = fc.stringMatching(/^[A-Za-z0-9_-]{1,6}$/);
    const source = fc.tuple(fc.array(part, { minLength: 1, maxLength: 4 }), fc.option(part), fc.constantFrom('/', '.')).map(([parts, channel, by]) => parts.join(by) + (channel === null ? '' : `:${channel}`));
    const key = fc.tuple(fc.array(part, { minLength: 1, maxLength: 4 }), fc.constantFrom('.', '/')).map(([parts, by]) => parts.join(by));
    fc.assert(fc.property(source, key, (from, name) => {
      const path = parseDataPath(`karabo#${from}[${name}]`);
      expect(path).toEqual(karabo(from, name));
      expect(parseDataPath(formatDataPath(path))).toEqual(path);
    }));
  });

  test('equal paths have equal texts', () => {
    const texts = ['karabo#A/B/C[x.y]', 'A/B/C.x.y', 'karabo#A/B/C.x.y'].map((text) => formatDataPath(parseDataPath(text)));
    expect(new Set(texts)).toEqual(new Set(['karabo#A/B/C.x.y']));
    expect(formatDataPath(parseDataPath('A/B/C:output.data'))).toBe('karabo#A/B/C:output[data]');
  });
});

describe('templates', () => {
  test('take texts and numbers', () => {
    expect(fillTemplate('karabo#{det}/CAM/{n}:output[{key}]', { det: 'SQS', n: 3, key: 'data.x' })).toBe('karabo#SQS/CAM/3:output[data.x]');
    expect(templateNames('karabo#{det}/CAM/{n}:output[x]')).toEqual(['det', 'n']);
    expect(templateNames('stack#frame')).toEqual([]);
  });

  test('a name that is no parameter', () => {
    expect(() => fillTemplate('karabo#{dett}.x', { det: 'A', n: 1 })).toThrow('needs the parameter "dett"; here are det, n.');
    expect(() => fillTemplate('karabo#{det}.x', {})).toThrow('here are no parameters');
    expect(() => fillTemplate('karabo#{constructor}.x', {})).toThrow(expect.objectContaining({ code: 'PATH_TEMPLATE' }));
  });

  test('a switch is no part of a path', () => {
    expect(() => fillTemplate('karabo#{on}.x', { on: true })).toThrow('must be a text or a number, not true');
  });
});
