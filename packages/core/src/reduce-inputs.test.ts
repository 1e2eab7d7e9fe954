import { describe, expect, test } from 'vitest';
import { action } from './action.ts';
import { keep } from './constant.ts';
import { State, View } from './decorators.ts';
import { groupOfClass } from './group.ts';
import { stale } from './inputs.ts';
import { binning, correlation } from './reducers/index.ts';
import { mean } from './reducers/mean.ts';
import { view } from './view.ts';

const PATH = 'karabo#A/B/C.x';
const refused = (message: RegExp | string, code = 'REDUCE_INPUTS') => expect.objectContaining({ code, message: expect.stringMatching(message) as string });
/** As plain JavaScript has it: the compiler refuses most of these. */
const anything = (of: unknown, reducer: unknown): unknown => (view as unknown as { reduce: (of: unknown, reducer: unknown) => unknown }).reduce(of, reducer);

describe('what a view folds', () => {
  test('is one input called value, or those that the reducer takes, in its order', () => {
    expect(view.reduce(PATH, mean()).inputs).toEqual([{ name: 'value', from: PATH }]);
    const total = view.scalar({ x: PATH }, () => 1);
    expect(view.reduce({ y: total, x: stale(PATH, 3) }, correlation())).toMatchObject({ kind: 'table', inputs: [{ name: 'x', from: PATH, stale: 3 }, { name: 'y', from: total }] });
  });

  test('is refused when the reducer takes something else, with how it is written', () => {
    expect(() => anything(PATH, correlation())).toThrow(refused(/^correlation takes x and y: view\.reduce\(\{ x: \.\.\., y: \.\.\. \}, correlation\(\.\.\.\)\), not one input alone\.$/));
    expect(() => anything({ x: PATH, y: PATH }, mean())).toThrow(refused(/^mean takes one input, not x, y: view\.reduce\(total, mean\(\.\.\.\)\)\.$/));
    expect(() => anything({ x: PATH, Y: PATH }, correlation())).toThrow(refused(/it has no input "Y"\. Did you mean "y"\?/));
    expect(() => anything({ x: PATH, y: PATH, z: PATH }, correlation())).toThrow(refused(/it has no input "z"/));
    expect(() => anything({ value: PATH }, binning({ bins: 3, range: [0, 1] }))).toThrow(refused(/^binning takes value and by.*"by" is not given/));
    expect(() => anything({ x: PATH, y: 5 }, correlation())).toThrow(expect.objectContaining({ code: 'INPUT_NOT_A_PATH' }));
    expect(() => anything({}, mean())).toThrow(refused(/mean takes one input, not none/));
    for (const what of [5, undefined, null, {}, mean]) expect(() => anything(PATH, what)).toThrow(refused(/a reducer after what it folds/, 'VIEW_FORM'));
  });

  test('in a class is one view of it, or one for each input', () => {
    class Tool {
      line = correlation();
      wrong = correlation();
      a(): number {
        return 1;
      }
    }
    View.Scalar(Tool.prototype, 'a', Object.getOwnPropertyDescriptor(Tool.prototype, 'a') as TypedPropertyDescriptor<() => number>);
    State({ x: 'a', y: 'a' })(Tool.prototype, 'line');
    const { views } = groupOfClass('Tool', Tool);
    expect(views.get('line')!.inputs).toEqual([{ name: 'x', from: views.get('a') }, { name: 'y', from: views.get('a') }]);
    State({ x: 'a', y: 'b' })(Tool.prototype, 'wrong');
    expect(() => groupOfClass('Tool', Tool)).toThrow(refused(/^@State of Tool\.wrong is fed by "b", which is no view of Tool; it has a\.$/, 'STATE_NO_VIEW'));
    State('a')(Tool.prototype, 'wrong');
    expect(() => groupOfClass('Tool', Tool)).toThrow(refused(/not one input alone/));
  });

  test('of an action is one input', () => {
    expect(() => action('Record', { of: PATH, reduce: correlation(), trains: 3, into: keep('x') })).toThrow(refused(/not one input alone/));
  });
});
