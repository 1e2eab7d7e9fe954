import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { readResults } from '@trainyard/nexus';
import { SequenceWriter, type SequenceOptions } from './sequence-writer.ts';
import { Standing } from './standing.ts';

const root = mkdtempSync(join(tmpdir(), 'yard-sequence-'));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;
const VIEW = { id: 'v/n', group: 'v', name: 'n', kind: 'scalar', stage: 'pool', cumulative: false, hash: 'h' } as const;

interface Opened {
  readonly writer: SequenceWriter;
  readonly folder: string;
  readonly said: string[];
  readonly asked: () => number;
  readonly train: (trainId: number) => void;
}

const optionsFor = (folder: string): SequenceOptions => ({ folder, name: 'night', reserve: 0, title: 'x', provenance: {} });

async function open({ folder = join(root, `${folders++}`), options = optionsFor(folder) } = {}): Promise<Opened> {
  const writer = await SequenceWriter.open(options);
  const said: string[] = [];
  writer.onSay = (text) => said.push(text);
  const asked = vi.fn();
  writer.onWantsPart = asked;
  const train = (trainId: number): void => writer.addTrain(trainId, new Map([['v/n', { code: 0, value: trainId }]]), new Map());
  return { writer, folder, said, asked: () => asked.mock.calls.length, train };
}

/** What holds: one view and one parameter. */
function holds(): Standing {
  const standing = new Standing();
  standing.take({ type: 'views', views: [VIEW], parameters: [{ name: 'v.gain', value: 1 }] });
  standing.note({ at: 0, trainId: 0, who: 'start', what: 'generation', name: '3' });
  standing.note({ at: 0, trainId: 0, who: 'start', what: 'constant', name: 'v.dark', value: 'sha256:1' });
  return standing;
}

describe('files in turn', () => {
  test('are numbered on from those that are there, each with what holds at its start', async () => {
    const { writer, folder, train } = await open();
    const standing = holds();
    await writer.next(0, standing);
    train(1);
    standing.note({ at: 0, trainId: 2, who: 'anna', what: 'parameter', name: 'v.gain', value: 5 });
    await writer.next(64, standing);
    train(64);
    writer.close();
    const again = await open({ folder });
    await again.writer.next(0, standing);
    again.train(128);
    again.writer.close();
    expect(readdirSync(folder).sort()).toEqual(['night-0001.h5', 'night-0002.h5', 'night-0003.h5']);
    const second = await readResults(join(folder, 'night-0002.h5'));
    expect([[...second.trainIds], second.parameters, second.journal().map(({ kind, name, trainId }) => [kind, name, trainId])]).toEqual([[64], { 'v.gain': 5 }, [['generation', '3', 64], ['constant', 'v.dark', 64]]]);
    second.close();
  });

  test('without a train leave no file', async () => {
    const { writer, folder, train } = await open();
    await writer.next(0, holds());
    await writer.next(0, holds());
    train(1);
    await writer.next(64, holds());
    writer.close();
    expect(readdirSync(folder)).toEqual(['night-0001.h5']);
  });

  test('another yard that writes to the folder has numbers of its own', async () => {
    const one = await open();
    const two = await open({ folder: one.folder });
    for (const { writer } of [one, two]) await writer.next(0, holds());
    one.train(1);
    two.train(1);
    await one.writer.next(64, holds());
    one.train(64);
    for (const { writer } of [one, two]) writer.close();
    expect(readdirSync(one.folder).sort()).toEqual(['night-0001.h5', 'night-0002.h5', 'night-0003.h5']);
  });

  test('a folder that is a file is refused', async () => {
    writeFileSync(join(root, 'file'), '');
    await expect(open({ folder: join(root, 'file') })).rejects.toMatchObject({ code: 'OUT_FOLDER' });
  });
});

describe('what cannot be written costs trains, not the run', () => {
  test('little room is said before there is none; then nothing is written until there is room again', async () => {
    const room = (folder: string): number => {
      const { bavail, bsize } = statfsSync(folder);
      return bavail * bsize;
    };
    const options = { ...optionsFor(join(root, 'full')) };
    const { writer, folder, said, asked, train } = await open({ folder: options.folder, options });
    const reserved = (reserve: number): void => void Object.assign(options, { reserve });
    await writer.next(0, holds());
    train(1);
    // Other programs write here, too: half of what is free stays far from what is tested.
    reserved(room(folder) / 1.5);
    train(64);
    expect(said).toEqual([expect.stringMatching(/ left; below [\d.]+ GiB nothing more is written there/)]);
    expect(asked()).toBe(0);
    train(65);
    train(128);
    expect(said).toHaveLength(1);
    reserved(room(folder) * 2);
    train(192);
    expect(asked()).toBe(1);
    await writer.next(256, holds());
    expect(said[1]).toMatch(/^Nothing is written to .*full: its disk has [\d.]+ GiB left, and [\d.]+ GiB stay free\. The views run on/);
    for (let trainId = 256; trainId < 400; trainId += 1) train(trainId);
    expect(readdirSync(folder)).toEqual(['night-0001.h5']);
    reserved(0);
    await writer.next(400, holds());
    train(400);
    writer.close();
    expect(said[2]).toMatch(/night-0002\.h5 goes on; 144 trains before it were not written\.$/);
    const file = await readResults(join(folder, 'night-0002.h5'));
    expect([...file.trainIds]).toEqual([400]);
    file.close();
  });

  test('a value that no file can take ends the file as it was, and the next block begins another', async () => {
    const { writer, folder, said, asked, train } = await open();
    await writer.next(0, holds());
    train(1);
    writer.addTrain(2, new Map([['v/n', { code: 0 }]]), new Map());
    expect(said).toEqual([expect.stringMatching(/night-0001\.h5\.part was left unfinished: .*no value/)]);
    train(3);
    vi.useFakeTimers({ now: Date.now() + 20_000, toFake: ['Date'] });
    train(64);
    vi.useRealTimers();
    expect(asked()).toBe(1);
    await writer.next(65, holds());
    train(65);
    writer.close();
    expect(said[1]).toMatch(/night-0002\.h5 goes on; 3 trains before it were not written/);
    expect(readdirSync(folder).sort()).toEqual(['night-0001.h5.part', 'night-0002.h5']);
  });

  test('the file of a killed writer stays, and it is said what can be read of it', async () => {
    const folder = join(root, 'killed');
    const at = (file: string): string => JSON.stringify(fileURLToPath(new URL(file, import.meta.url)));
    const script = `const { SequenceWriter } = await import(${at('./sequence-writer.ts')});
      const { Standing } = await import(${at('./standing.ts')});
      const standing = new Standing();
      standing.take({ type: 'views', views: [${JSON.stringify(VIEW)}], parameters: [] });
      const writer = await SequenceWriter.open({ folder: ${JSON.stringify(folder)}, name: 'night', reserve: 0, title: 'x', provenance: {} });
      const end = Date.now() + 5500;
      await writer.next(0, standing);
      for (let id = 1; Date.now() < end; id += 1) {
        writer.addTrain(id, new Map([['v/n', { code: 0, value: id }]]), new Map());
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
      }
      process.kill(process.pid, 'SIGKILL');`;
    expect(spawnSync(process.execPath, ['--conditions=development', '--input-type=module', '-e', script], { stdio: ['ignore', 'ignore', 'inherit'] }).signal).toBe('SIGKILL');
    const { writer } = await open({ folder });
    const said = await writer.leftOver();
    expect(said).toMatch(/night-0001\.h5\.part was not closed, since its yard was killed: it can be read as it is, with \d+ trains up to \d+; final values of reducers are not in it\.$/);
    expect(Number(/with (\d+) trains/.exec(said!)![1])).toBeGreaterThan(20);
    await writer.next(0, holds());
    writer.addTrain(1000, new Map([['v/n', { code: 0, value: 1 }]]), new Map());
    writer.close();
    expect(readdirSync(folder).sort()).toEqual(['night-0001.h5.part', 'night-0002.h5']);
  }, 20_000);
});
