import { describe, expect, test } from 'vitest';
import { action } from './action.ts';
import { keep } from './constant.ts';
import { groupsOfModule } from './group.ts';
import { linspace } from '@trainyard/nd';
import { mean } from './reducers/index.ts';
import { scan } from './scan.ts';
import { view } from './view.ts';

const of = view.scalar({ a: 'karabo#A/B/1.a' }, ({ a }) => a);
const good = { set: { x: [1, 2] }, of, reduce: mean(), trains: 5 };

describe('scan', () => {
  test('is a view, the table of its points, with one more for each thing that it collects', () => {
    const views = groupsOfModule('views', { s: scan('S', { ...good, of: { total: of, path: 'karabo#A/B/1.b' } }), of, dark: keep(), record: action('R', { of, reduce: mean(), trains: 1, into: 'dark' }) })[0]!.views;
    expect(Array.from(views, ([name, { kind, options }]) => [name, kind, options.title])).toEqual([['s', 'table', 'S'], ['s.total', 'matrix', 'S: total'], ['s.path', 'matrix', 'S: path'], ['of', 'scalar', undefined]]);
    expect(scan('S', good).scan!.scan.of).toEqual(['value']);
  });

  test('takes arrays for values, and fills in what is not said', () => {
    const { scan: written } = scan('S', { ...good, set: { x: linspace(0, 1, 5) } }).scan!;
    expect(written).toMatchObject({ set: { x: [0, 0.25, 0.5, 0.75, 1] }, trains: 5, settle: 0, atMost: 50, by: undefined });
    expect(scan('S', { by: 'karabo#M/O/T.p', within: 0.1, of, reduce: mean(), trains: 5 }).scan!.scan).toMatchObject({ settle: 1, atMost: 51, by: { within: 0.1 } });
  });

  test.each<[string, object, RegExp]>([
    ['neither', { set: undefined }, /either "set".* or "by"/],
    ['both', { by: 'karabo#M/O/T.p', within: 1 }, /either "set".* or "by"/],
    ['no train', { trains: 0 }, /a whole number from 1 as "trains", not 0/],
    ['half a train to settle', { settle: 0.5 }, /"settle"/],
    ['no time', { timeoutMs: 0 }, /milliseconds above 0/],
    ['no limit', { set: undefined, by: 'karabo#M/O/T.p' }, /needs "within"/],
    ['a limit with parameters', { within: 1 }, /no "within"/],
    ['nothing to set', { set: {} }, /sets no parameter/],
    ['no values', { set: { x: [] } }, /no values for "x".*linspace/],
    ['nothing to collect', { of: {} }, /needs "of"/],
    ['what is not there yet', { of: { a: undefined } }, /needs a view or a path as "a".*declared further down/],
    ['no reducer for one', { of: { a: of, b: of }, reduce: { a: mean() } }, /no reducer for "b"/],
    ['a reducer that forgets', { reduce: mean({ trains: 3 }) }, /forgets trains/],
  ])('refuses %s', (_, more, message) => {
    expect(() => scan('S', { ...good, ...more } as never)).toThrow(message);
  });

  test('refuses two columns of one name', () => {
    expect(() => scan('S', { ...good, of: { trains: of } })).toThrow(/two columns "trains"/);
    expect(() => scan('S', { ...good, of: { x: of } })).toThrow(/two columns "x"/);
  });
});
