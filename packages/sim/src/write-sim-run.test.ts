import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHdf5 } from '@trainyard/hdf5';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { intensityOf, pixelsOf, ringsOf } from './array-under.test.support.ts';
import { toFileOrder } from './detector.ts';
import { makeTrain } from './make-train.ts';
import { CAMERA_IN_FILES, formerModuleName, moduleInFiles, MOTOR, SHUTTER, XGM, XGM_OUTPUT } from './sources.ts';
import { writeSimRun } from './write-sim-run.ts';

const PYTHON = '/usr/bin/python3';
const hasExtraData = spawnSync(PYTHON, ['-c', 'import extra_data']).status === 0;


const root = mkdtempSync(join(tmpdir(), 'trainyard-sim-'));
const folder = join(root, 'SQS', '202501', 'p900001', 'raw', 'r0007');
const FIRST = 10_175; // the shutter closes at 10180
const options = { seed: 5, firstTrainId: FIRST, small: true, pulses: 2 };
const seen: number[] = [];

beforeAll(() => writeSimRun(folder, { ...options, trains: 12, trainsPerFile: 8, onProgress: (written) => seen.push(written) }));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('writeSimRun', () => {
  it('makes two sequences of each aggregator, named after the folder, and reports each train', () => {
    const aggregators = ['CORR-R0007-AGIPD', 'RAW-R0007-DA'].flatMap((start) => (start.includes('AGIPD') ? Array.from({ length: 16 }, (_, m) => start + String(m).padStart(2, '0')) : [`${start}01`, `${start}02`]));
    expect(readdirSync(folder).sort()).toEqual(aggregators.flatMap((name) => [`${name}-S00000.h5`, `${name}-S00001.h5`]).sort());
    expect(seen).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
  });

  it('holds the numbers of the trains, in the axis order of files', async () => {
    for (const [sequence, start, n] of [[0, 0, 8], [1, 8, 4]] as const) {
      const trains = Array.from({ length: n }, (_, i) => makeTrain(5, FIRST + start + i, options));
      const value = (source: string, key: string) => trains.map((train) => train.sources.get(source)!.get(key));
      const slow = await openHdf5(join(folder, `RAW-R0007-DA01-S0000${sequence}.h5`));
      expect(slow.dataset('INDEX/trainId').read()).toEqual(BigUint64Array.from(trains, ({ trainId }) => BigInt(trainId)));
      expect(slow.dataset('INDEX/timestamp').read()).toEqual(BigUint64Array.from(trains, ({ timestamp }) => timestamp));
      expect([...slow.dataset(`CONTROL/${SHUTTER}/isOpen/value`).read()]).toEqual(value(SHUTTER, 'isOpen').map(Number));
      expect([...slow.dataset(`CONTROL/${MOTOR}/actualPosition/value`).read()]).toEqual(value(MOTOR, 'actualPosition'));
      expect([...slow.dataset(`CONTROL/${MOTOR}/actualPosition/timestamp`).read()]).toEqual(trains.map((train) => train.changedAt.get(`${MOTOR}.actualPosition`)));
      expect([...slow.dataset(`CONTROL/${XGM}/pulseEnergy/photonFlux/value`).read()]).toEqual(value(XGM, 'pulseEnergy.photonFlux'));
      const intensity = slow.dataset(`INSTRUMENT/${XGM_OUTPUT}/data/intensityTD`);
      expect(intensity.shape).toEqual([n, 100]);
      expect([...intensity.read()]).toEqual(trains.flatMap((train) => [...intensityOf(train).data]));
      expect(slow.dataset(`RUN/${MOTOR}/actualPosition/value`).read()).toHaveLength(1);
      expect(slow.group(`CONTROL/${MOTOR}/actualPosition`).attribute('metricPrefixSymbol')).toBe('m');
      expect(slow.dataset('METADATA/dataFormatVersion').read()).toEqual(['1.3']);
      expect(Number(slow.dataset('METADATA/sequenceNumber').scalar())).toBe(sequence);
      slow.close();

      const camera = await openHdf5(join(folder, `RAW-R0007-DA02-S0000${sequence}.h5`));
      const pixels = camera.dataset(`INSTRUMENT/${CAMERA_IN_FILES}/data/image/pixels`);
      expect([pixels.dtype, pixels.shape, pixels.chunks]).toEqual(['uint16', [n, 128, 192], [1, 128, 192]]);
      trains.forEach((train, i) => expect(pixels.read([[i, i + 1]])).toEqual(pixelsOf(train).data));
      camera.close();

      for (const module of [0, 13]) {
        const file = await openHdf5(join(folder, `CORR-R0007-AGIPD${String(module).padStart(2, '0')}-S0000${sequence}.h5`));
        const data = file.dataset(`INSTRUMENT/${moduleInFiles(module)}/image/data`);
        expect([data.dtype, data.shape]).toEqual(['float32', [2 * n, 64, 16]]);
        trains.forEach((train, i) => {
          const frames = toFileOrder(ringsOf(train));
          const size = frames.length / 16;
          expect(data.read([[2 * i, 2 * i + 2]])).toEqual(frames.subarray(module * size, (module + 1) * size));
        });
        expect([...file.dataset(`INDEX/${moduleInFiles(module)}/image/count`).read()]).toEqual(trains.map(() => 2n));
        expect([...file.dataset(`INSTRUMENT/${formerModuleName(module)}/image/trainId`).read()]).toEqual(trains.flatMap(({ trainId }) => [BigInt(trainId), BigInt(trainId)]));
        file.close();
      }
    }
  });

  it('turns (module, fs, ss, pulse) into (module, pulse, ss, fs)', () => {
    const shape = [2, 3, 4, 5];
    const data = Float32Array.from({ length: 120 }, (_, i) => i);
    const turned = toFileOrder({ dtype: 'float32', shape, data });
    // Element (m 1, fs 2, ss 3, p 4) is the last of both; (m 0, fs 1, ss 0, p 0) = 20 goes to (0, 0, 0, 1).
    expect([turned[119], turned[1], turned[3], turned[12]]).toEqual([119, 20, 5, 1]);
  });

  it('refuses a folder with a run in it, and removes unfinished files when it is stopped', async () => {
    await expect(writeSimRun(folder, { ...options, trains: 1 })).rejects.toMatchObject({ code: 'SIM_FOLDER_NOT_EMPTY' });
    await expect(writeSimRun(join(root, 'none'), { ...options, trains: 0 })).rejects.toMatchObject({ code: 'SIM_BAD_OPTION' });
    const stopped = join(root, 'stopped');
    const controller = new AbortController();
    const writing = writeSimRun(stopped, { ...options, trains: 1000, trainsPerFile: 4, signal: controller.signal, onProgress: (n) => n === 6 && controller.abort() });
    await expect(writing).rejects.toThrow('aborted');
    expect(readdirSync(stopped).filter((name) => !name.endsWith('S00000.h5'))).toEqual([]);
  });

  it.skipIf(!hasExtraData)('opens in EXtra-data without a warning and passes its validation (skipped without python3-extra-data)', () => {
    const script = `
import extra_data, json, sys
from extra_data.components import AGIPD1M
run = extra_data.RunDirectory(sys.argv[1])
pixels = run['${CAMERA_IN_FILES}', 'data.image.pixels'].ndarray()
module = run['${moduleInFiles(13)}', 'image.data'].ndarray()
print(json.dumps({
  'trains': [int(t) for t in run.train_ids], 'control': sorted(run.control_sources), 'classes': len(AGIPD1M(run).modno_to_source),
  'open': int(run['${SHUTTER}', 'isOpen.value'].ndarray().sum()), 'pixels': pixels.sum(axis=(1, 2)).tolist(),
  'pixel': int(pixels[3, 70, 150]), 'module': [float(module[5, 40, 7]), list(module.shape)],
  'flux': run['${XGM}', 'pulseEnergy.photonFlux.value'].ndarray().astype(float).tolist(), 'time': str(run.train_timestamps()[0])}))`;
    const path = join(root, 'read.py');
    writeFileSync(path, script);
    const read: unknown = JSON.parse(execFileSync(PYTHON, ['-W', 'error', path, folder], { encoding: 'utf8' }));
    const trains = Array.from({ length: 12 }, (_, i) => makeTrain(5, FIRST + i, options));
    const pixels = trains.map((train) => pixelsOf(train).data);
    const detector = ringsOf(trains[2]);
    const [, fs = 0, ss = 0, pulses = 0] = detector.shape;
    expect(read).toEqual({
      trains: trains.map(({ trainId }) => trainId),
      control: [XGM, MOTOR, SHUTTER].sort(),
      classes: 16,
      open: 5,
      pixels: pixels.map((frame) => frame.reduce((a, b) => a + b, 0)),
      pixel: pixels[3][70 * 192 + 150],
      // Row 5 is pulse 1 of the third train; (ss 40, fs 7) of module 13.
      module: [detector.data[((13 * fs + 7) * ss + 40) * pulses + 1], [24, 64, 16]],
      flux: trains.map((train) => train.sources.get(XGM)!.get('pulseEnergy.photonFlux')),
      time: new Date(Number(trains[0].timestamp / 1_000_000n)).toISOString().replace('Z', '000000'),
    });
    const validation = spawnSync(PYTHON, ['-W', 'error', '-m', 'extra_data.validation', folder], { encoding: 'utf8' });
    expect(validation.stdout).toContain('No problems found');
    expect(validation.status).toBe(0);
  });
});
