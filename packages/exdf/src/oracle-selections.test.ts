import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { openRun } from './open/open-run.ts';
import type { KeyRows, Run, RunData } from './run.ts';

/** Runs with what EXtra-data 1.24 selects of them; kept beside the repository, not in it. */
const root = fileURLToPath(new URL('../../../../shared/oracles/runs/', import.meta.url));
const available = existsSync(join(root, 'expected'));
if (!available) console.log('skipped: the runs of ../shared/oracles are not there');
const expected = (name: string): Record<string, unknown> => JSON.parse(readFileSync(join(root, 'expected', `${name}.json`), 'utf8')) as Record<string, unknown>;
const FIRST = 2_000_000_000;

function sha(data: RunData['data']): string {
  if (Array.isArray(data)) return createHash('sha256').update(data.join('\0')).digest('hex');
  return createHash('sha256').update(new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)).digest('hex');
}

describe.skipIf(!available)('selections of raw/r0006 as EXtra-data 1.24 makes them', () => {
  let run: Run;
  let facts: { select: Record<string, unknown>; dataframe: { columns: string[]; index: number[]; nan_in_F: number }; as_single_value: Record<string, unknown>; roi: Record<string, { shape: number[]; sha256: string }>; cache_map: Record<string, unknown>[] };
  beforeAll(async () => {
    facts = expected('raw_r0006') as unknown as typeof facts;
    run = await openRun(join(root, 'XMPL/202450/p700000/raw/r0006'), { runMap: 'off' });
  });
  afterAll(() => run.close());
  const keys = (one: Run): Record<string, string[]> => Object.fromEntries(Array.from(one.sources.values(), (source) => [source.name, [...source.keys.keys()].sort()]));

  test('sources, keys and trains', () => {
    const { select } = facts;
    expect([...run.select('*/PLAIN/*').sources.keys()]).toEqual(select['*/PLAIN/*']);
    expect(keys(run.select('E/*', 'data.*'))).toEqual(select["('E/*', 'data.*')"]);
    expect(keys(run.select('E/*', 'v'))).toEqual(select["('E/*','v')"]);
    const two = ['F/GAPS/1:out', 'E/PLAIN/1:out'];
    expect(run.select(two, { requireAll: true }).trainIds).toEqual(select['require_all [F/GAPS/1:out, E/PLAIN/1:out]']);
    expect(run.select(two, { requireAny: true }).trainIds).toEqual(select['require_any [F/GAPS/1:out, E/PLAIN/1:out]']);
    expect(run.trains('2:5').trainIds).toEqual(select['select_trains [2:5]']);
    expect(run.trains({ ids: `${FIRST + 3}:${FIRST + 7}` }).trainIds).toEqual(select['by_id slice']);
    expect(run.trains([FIRST + 8, FIRST + 1, FIRST + 77]).trainIds).toEqual(select['by_id list incl. absent']);
    expect(run.trains({ at: [4, 1] }).trainIds).toEqual(select['by_index list']);
    expect(run.split(3).map((part) => part.trainIds.length)).toEqual(select['split 3 parts']);
    expect(run.split({ trains: 4 }).map((part) => part.trainIds.length)).toEqual(select['split trains_per_part=4']);
  });

  test('a table, a single value, a region, and what the run map says', () => {
    const table = run.table([['E/PLAIN/1', 'v'], ['F/GAPS/1', 'v']]);
    expect([...table.columns.keys()]).toEqual(facts.dataframe.columns);
    expect(table.trainIds).toEqual(facts.dataframe.index.toSorted((a, b) => a - b));
    const gaps = table.columns.get('F/GAPS/1/v')!;
    expect(Array.from(gaps.data as Float64Array).filter(Number.isNaN)).toHaveLength(facts.dataframe.nan_in_F);
    expect(gaps.valid.filter((one) => one === 0)).toHaveLength(facts.dataframe.nan_in_F);
    // Upstream: "data values are not within tolerance (absolute: 4.5, relative: 0.429)".
    expect(() => run.key('E/PLAIN/1', 'v').asSingleValue()).toThrow(expect.objectContaining({ code: 'EXDF_VALUES', message: expect.stringMatching(/up to 4\.50.*relatively by 0\.429/) }));
    expect(run.key('E/TYPES/1', 'f4').asSingleValue({ atol: 1 })).toBe(facts.as_single_value['E/TYPES/1 f4 median atol=1']);
    const { shape, data } = run.key('E/TYPES/1', 'mat').read({ roi: [null, [1, 3]] });
    expect({ shape, sha256: sha(data) }).toMatchObject({ shape: facts.roi['E/TYPES/1 mat[:, 1:]']!.shape, sha256: facts.roi['E/TYPES/1 mat[:, 1:]']!.sha256 });
    const files = (run as unknown as { parts: { members: { name: string; trainIds: number[]; control: Set<string>; instrument: Set<string>; state: { bytes: number } }[] } }).parts.members;
    expect(files.map((file) => [file.name, file.state.bytes, file.trainIds, [...file.control].sort(), [...file.instrument].sort()])).toEqual(facts.cache_map.map((one) => [one['filename'], one['size'], one['train_ids'], one['control_sources'], one['instrument_sources']]));
  });

  test('all of a train: keys without data are not there', () => {
    const told = expected('raw_r0006')['trains_keys'] as [number, Record<string, string[]>][];
    for (const [trainId, sources] of told) {
      // Upstream has every source, if only with its metadata.
      const wanted = Object.fromEntries(Object.entries(sources).map(([source, own]) => [source, own.filter((key) => key !== 'metadata')]).filter(([, own]) => own!.length > 0));
      expect(Object.fromEntries(Array.from(run.readTrain(trainId), ([source, values]) => [source, [...values.keys()].sort()]))).toEqual(wanted);
    }
  });

  test('the class of a device; the same value throughout; what cannot be one', () => {
    expect(run.source('E/RUNONLY/1').deviceClass).toBe('RunOnly');
    expect(run.source('E/PLAIN/1').deviceClass).toBeUndefined();
    expect(run.key('E/TYPES/1', 'b').asSingleValue.bind(run.key('E/TYPES/1', 'b'))).toThrow(expect.objectContaining({ code: 'EXDF_VALUES' }));
    expect(run.trains('0:1').key('E/TYPES/1', 's').asSingleValue()).toBe('état 0');
    expect(run.trains('0:1').key('E/TYPES/1', 'b').asSingleValue()).toBe(false);
    expect(run.trains('0:1').key('E/TYPES/1', 'mat').asSingleValue()).toEqual({ shape: [2, 3], data: Float64Array.of(0, 1, 2, 3, 4, 5) });
    expect(() => run.key('E/EMPTY/1:out', 'data.x').asSingleValue()).toThrow(expect.objectContaining({ code: 'EXDF_NO_DATA' }));
    expect(() => run.key('E/STRUCT/1:out', 'data.rec').asSingleValue()).toThrow(expect.objectContaining({ code: 'EXDF_TYPE' }));
  });
});

describe.skipIf(!available)('sections beside the data', () => {
  test('REDUCTION and ERRATA of raw/r0007', async () => {
    const run = await openRun(join(root, 'XMPL/202450/p700000/raw/r0007'), { runMap: 'off' });
    const told = expected('raw_r0007')['auxiliary'] as { reduction: string[]; errata: string[]; keys: Record<string, Record<string, { dtype: string; shape: number[]; sha256: string }>> };
    const names = (kind: string): string[] => Array.from(run.auxiliary.values()).filter((source) => source.kind === kind).map((source) => source.name);
    expect([names('reduction'), names('errata')]).toEqual([told.reduction, told.errata]);
    for (const [source, keys] of Object.entries(told.keys)) {
      const found = run.auxiliary.get(source)!;
      expect([...found.keys.keys()].sort()).toEqual(Object.keys(keys));
      for (const [key, { shape, sha256 }] of Object.entries(keys)) {
        const rows: KeyRows = found.keys.get(key)!.read();
        expect([source, key, rows.shape, sha(rows.data)]).toEqual([source, key, shape, sha256]);
      }
    }
    const errata = run.auxiliary.get('DA01@TRAINS_OUTSIDE_BUFFER_RANGE')!.keys.get('event.deviceIds')!;
    expect(errata.counts().counts).toEqual([0, 1, 0, 2, 0]);
    expect(errata.read()).toMatchObject({ trainIds: [FIRST + 1, FIRST + 3, FIRST + 3], data: ['A/B/C', 'A/B/C', 'D/E/F'] });
    run.close();
  });
});

describe.skipIf(!available)('by proposal and run, with its aliases', () => {
  afterEach(() => vi.unstubAllEnvs());
  test('raw, proc, both, and the other way round', async () => {
    vi.stubEnv('EXTRA_DATA_DATA_ROOT', root);
    const facts = expected('raw_r0001') as { open_run_default: { sources: string[]; aliases: Record<string, string | string[]>; 'alias sa1_XGM': string; 'alias sample-x': string[] }; open_run_all: { n_sources: number } };
    const run = await openRun('700000/1', { runMap: 'off' });
    expect([...run.sources.keys()]).toEqual(facts.open_run_default.sources);
    expect(Object.fromEntries(Array.from(run.aliases, ([name, { source, key }]) => [name, key === undefined ? source : [source, key]]))).toEqual(facts.open_run_default.aliases);
    expect(run.alias('SA1_xgm')).toMatchObject({ name: facts.open_run_default['alias sa1_XGM'] });
    expect(run.alias('sample-x')).toMatchObject({ source: facts.open_run_default['alias sample-x'][0], name: facts.open_run_default['alias sample-x'][1] });
    expect(run.source('SPB_DET_AGIPD1M-1/DET/0CH0:xtdf').keys.get('image.data')!.dtype).toBe('uint16');
    const all = await openRun({ proposal: 700000, run: 1, data: 'all' }, { runMap: 'off' });
    expect(all.sources.size).toBe(facts.open_run_all.n_sources);
    expect(all.key('SPB_DET_AGIPD1M-1/DET/0CH0:xtdf', 'image.data').dtype).toBe('float32');
    for (const one of [run, all]) one.close();
  });
});
