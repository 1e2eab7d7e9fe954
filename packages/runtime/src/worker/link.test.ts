import { describe, expect, test } from 'vitest';
import { ParamSet, groupOfRecord, groupsOfModule, optional, shifted, stale, view, action, keep, type Group } from '@trainyard/core';
import { histogram, mean } from '@trainyard/core/reducers';
import { link, runsInPool, type Graph } from './link.ts';

const CAMERA = 'karabo#A/CAM/1:output[data]';
const graphOf = (exports: Record<string, unknown>, more: Group[] = [], main = new Map<string, string>()): Graph => link([...groupsOfModule('views', exports), ...more], main, (id) => ({ hash: id, parts: {} }));
const one = (graph: Graph, id: string) => graph.views.find((candidate) => candidate.id === id)!;
const scalar = (from: any) => view.scalar({ x: from }, () => 1);

describe('names', () => {
  const a = scalar(CAMERA);

  test('a view by itself, by name, by group and name, and bare', () => {
    const graph = graphOf({ a, b: scalar(a), c: scalar('view#a'), d: scalar('view#views/a'), e: scalar('a'), tool: { f: scalar('view#g'), g: scalar('view#a') } });
    expect(graph.views.map(({ id, inputs }) => [id, inputs[0]!.key]).sort()).toEqual([
      ['tool/f', 'view#tool/g'], ['tool/g', 'view#views/a'], ['views/a', CAMERA], ['views/b', 'view#views/a'], ['views/c', 'view#views/a'], ['views/d', 'view#views/a'], ['views/e', 'view#views/a'],
    ]);
    expect([...graph.paths.keys()]).toEqual([CAMERA]);
    const order = graph.views.map(({ id }) => id);
    for (const { id, inputs } of graph.views) if (inputs[0]!.view) expect(order.indexOf(inputs[0]!.view)).toBeLessThan(order.indexOf(id));
  });

  test('the same name in two groups: one\'s own first, else the group must be said', () => {
    const left = { x: a, y: scalar('view#x') };
    expect(one(graphOf({ left, right: { x: scalar(CAMERA) } }), 'left/y').inputs[0]!.key).toBe('view#left/x');
    expect(() => graphOf({ left, right: { x: scalar(CAMERA) }, z: scalar('view#x') })).toThrow(expect.objectContaining({ code: 'VIEW_AMBIGUOUS', message: expect.stringContaining('left/x or right/x') }));
  });

  test('the main output of a step', () => {
    const step = groupOfRecord('iq', { profile: scalar(CAMERA), counts: scalar(CAMERA) });
    const graph = graphOf({ a: scalar('view#iq'), b: scalar('view#iq/counts') }, [step], new Map([['iq', 'iq/profile']]));
    expect([one(graph, 'views/a').inputs[0]!.key, one(graph, 'views/b').inputs[0]!.key]).toEqual(['view#iq/profile', 'view#iq/counts']);
  });

  test.each(['view#smothed', 'smothed', 'view#views/smothed'])('%s: did you mean', (path) => {
    expect(() => graphOf({ smoothed: a, b: scalar(path) })).toThrow(expect.objectContaining({ code: 'VIEW_UNKNOWN', message: expect.stringMatching(/views\/b takes view#.*Did you mean "(views\/)?smoothed"/) }));
  });

  test('what is wrong with several views is said at once, each once', () => {
    const broken = scalar('karabo nope');
    const wrong = (): unknown => graphOf({ broken, taker: scalar(broken), typo: scalar('view#brokn'), x: scalar('view#y'), y: scalar('view#x'), good: scalar(CAMERA) });
    expect(wrong).toThrow(expect.objectContaining({ code: 'PATH_SYNTAX', more: [expect.objectContaining({ code: 'VIEW_UNKNOWN' }), expect.objectContaining({ code: 'VIEW_CYCLE' })] }));
  });

  test('a circle names the way', () => {
    expect(() => graphOf({ a: scalar('view#b'), b: scalar('view#c'), c: scalar('view#a') })).toThrow(expect.objectContaining({ code: 'VIEW_CYCLE', message: expect.stringContaining('views/a -> views/b -> views/c -> views/a') }));
    expect(() => graphOf({ a: scalar('view#a') })).toThrow(expect.objectContaining({ code: 'VIEW_CYCLE' }));
  });

  test('a view that is not exported is hidden, computed once, and named by who takes it', () => {
    const inner = scalar(CAMERA);
    const graph = graphOf({ a: scalar(inner), b: scalar(inner) });
    expect(graph.views.map(({ id, hidden }) => [id, hidden])).toContainEqual(['views/a.x', true]);
    expect(one(graph, 'views/b').inputs[0]!.view).toBe('views/a.x');
    expect(graph.views).toHaveLength(3);
  });

  test('a later train is not at hand; an action needs its constant', () => {
    expect(() => graphOf({ a: scalar(shifted(CAMERA, 1)) })).toThrow(expect.objectContaining({ code: 'INPUT_SHIFT' }));
    expect(() => graphOf({ a, record: action('R', { of: a, reduce: mean(), trains: 3, into: 'dark' }) })).toThrow(expect.objectContaining({ code: 'ACTION_NO_CONSTANT' }));
    const dark = keep();
    expect(graphOf({ a, dark, record: action('R', { of: a, reduce: mean(), trains: 3, into: 'dark' }) }).actions[0]).toMatchObject({ name: 'record', of: { view: 'views/a' }, action: { into: dark } });
  });
});

describe('templates', () => {
  test('take parameters of the group, else of the file, else of the list; those are structural', () => {
    const list = { ...groupOfRecord('list', {}), params: new ParamSet({ n: { type: 'integer', default: 7 } }) };
    const groups = groupsOfModule('views', { tool: { v: scalar('karabo#{det}/CAM/{n}.x') } }, [new ParamSet({ det: { type: 'string', default: 'SQS' }, sigma: { type: 'number', default: 1 } })]);
    for (const group of groups) if (!group.outer) group.outer = list;
    const graph = link([...groups, list], new Map(), (id) => ({ hash: id, parts: {} }));
    expect([...graph.paths.keys()]).toEqual(['karabo#SQS/CAM/7.x']);
    expect([...graph.structural].sort()).toEqual(['list.n', 'views.det']);
  });

  test('one that is nowhere', () => {
    expect(() => graphOf({ a: scalar('karabo#{det}/C/1.x') })).toThrow(expect.objectContaining({ code: 'PATH_TEMPLATE' }));
  });
});

describe('the picture of a region', () => {
  const pictures = (on: string) => {
    const groups = groupsOfModule('views', { a: scalar(CAMERA), tool: { v: scalar('view#a') } }, [new ParamSet({ det: { type: 'string', default: 'SQS' }, roi: { type: 'rectangle', default: [0, 0, 1, 1], on } })]);
    return [...link(groups, new Map([['step', 'tool/v']]), (id) => ({ hash: id, parts: {} })).pictures];
  };

  test.each([['a', 'views/a'], ['tool/v', 'tool/v'], ['view#v', 'tool/v'], ['step', 'tool/v'], ['karabo#{det}/CAM/1:output[data.x]', 'karabo#SQS/CAM/1:output[data.x]']])('%s is %s', (on, key) => {
    expect(pictures(on)).toEqual([['views.roi', key]]);
  });

  test('one that is nowhere', () => {
    expect(() => pictures('b')).toThrow(expect.objectContaining({ code: 'VIEW_UNKNOWN', message: expect.stringContaining('views.roi') }));
    expect(() => pictures('karabo#')).toThrow(expect.objectContaining({ code: 'PATH_SYNTAX' }));
  });
});

describe('stages', () => {
  const total = view.scalar({ x: CAMERA }, () => 1, { average: 5 });
  const spread = view.reduce(total, histogram({ bins: 3, range: [0, 1] }));
  const graph = graphOf({
    plain: scalar(CAMERA), chained: scalar('view#plain'), maybe: scalar(optional('view#plain')), total, spread,
    ofAverage: scalar(total), ofSpread: view.vector({ s: spread }, ({ s }) => s), deep: scalar('view#ofAverage'), averageOfAverage: view.scalar({ x: total }, () => 1, { average: 3 }),
    late: scalar(stale(CAMERA, 3)), before: scalar(shifted('view#plain', -1)), raw: view.reduce(CAMERA, mean()),
  });

  test.each([
    ['plain', 'pool', true], ['chained', 'pool', true], ['maybe', 'pool', true], ['total', 'reduce', true], ['spread', 'reduce', false], ['ofAverage', 'reduce', false], ['ofSpread', 'reduce', false],
    ['deep', 'reduce', false], ['averageOfAverage', 'reduce', false], ['late', 'reduce', false], ['before', 'reduce', false], ['raw', 'reduce', false],
  ])('%s is of the %s stage; its function in the pool: %s', (name, stage, inPool) => {
    expect([one(graph, `views/${name}`).stage, runsInPool(one(graph, `views/${name}`))]).toEqual([stage, inPool]);
  });
});

describe('hashes', () => {
  const of = (hash: (id: string) => string, options = {}) => Object.fromEntries(link(groupsOfModule('views', { a: view.scalar({ x: CAMERA }, () => 1, options), b: scalar('view#a'), c: scalar(CAMERA) }), new Map(), (id) => ({ hash: hash(id), parts: {} })).views.map(({ name, hash: h }) => [name, h]));

  test('follow the code of a view and of all that it takes', () => {
    const before = of((id) => id);
    const after = of((id) => (id === 'views/a' ? 'new' : id));
    expect([before['a'] === after['a'], before['b'] === after['b'], before['c'] === after['c']]).toEqual([false, false, true]);
    expect(of((id) => id)).toEqual(before);
    expect(of((id) => id, { every: 2 })['b']).not.toBe(before['b']);
  });
});
