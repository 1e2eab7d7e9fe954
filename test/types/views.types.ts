// Checked by the compiler only: each line below @ts-expect-error must not compile, every other one must.
import {
  Const, From, Param, State, View, action, choice, group, keep, labelled, optional, parameters, path, pulses, reducer, shifted, skip, slider, stale, view,
  type Image, type NdArray, type Table, type Vector, type ViewHandle,
} from '@trainyard/core';
import { binning, correlation, histogram, mean, scatter, type CorrelationResult } from '@trainyard/core/reducers';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <A, B>(..._: Same<A, B> extends true ? [] : [different: [A, B]]): void => undefined;
declare const image: Image;
declare const stack: NdArray<3>;
const ANY = 'karabo#A/B/C:output[data]';

// Without a schema any path is allowed and its data is any; a view gives what its kind gives.
const scalar = view.scalar({ x: ANY }, ({ x }) => (is<typeof x, any>(), 1));
const vector = view.vector({ x: ANY }, () => [1, 2]);
const picture = view.image({ x: ANY }, () => image);
const table = view.table({ x: ANY }, () => ({ a: [1], b: ['x'] }));
const text = view.text({ x: ANY }, () => 'a');
const made = view.compute({ x: ANY }, ({ x }) => (x ? { peaks: [1, 2] } : skip('none')));
const later = view.compute({ x: ANY }, async () => new Map<string, number>());
view.matrix({ s: scalar, v: vector, i: picture, t: table, w: text, c: made, m: later }, ({ s, v, i, t, w, c, m }) => {
  is<typeof s, number>();
  is<typeof v, Vector>();
  is<typeof i, Image>();
  is<typeof t, Table>();
  is<typeof w, string>();
  is<typeof c, { peaks: number[] }>();
  is<typeof m, Map<string, number>>();
  return stack;
});

// How an input is taken shows in its type.
view.scalar({ o: optional(scalar), s: stale(vector, 20), f: shifted(picture, -1), p: pulses('1::2', vector), c: path<Image>(`karabo#A/B/${1}.x`), both: optional(stale(scalar, 5)) }, ({ o, s, f, p, c, both }) => {
  is<typeof o, number | undefined>();
  is<typeof s, Vector>();
  is<typeof f, Image>();
  is<typeof p, Vector>();
  is<typeof c, Image>();
  is<typeof both, number | undefined>();
  return 1;
});

// What a view of each kind may return: nothing, skip, a promise, and its own kind.
view.scalar({ x: ANY }, ({ x }) => (x ? 1 : undefined));
view.scalar({ x: ANY }, async ({ x }) => (x ? 1n : skip()));
view.scalar({ x: ANY }, () => undefined);
view.vector({ x: ANY }, () => ({ on: new Float32Array(3), off: [1, 2] }));
view.vector({ x: ANY }, () => labelled(image.mean({ axis: 0 }), { axes: [{ name: 'x', unit: 'px', values: new Float64Array(3) }] }));
view.points({ x: ANY }, () => [[1, 2], [3, 4]]);
view.matrix({ x: ANY }, () => image.mean({ axis: 0 }));
// @ts-expect-error an image is no number
view.scalar({ x: ANY }, () => image);
// @ts-expect-error nor in a promise
view.scalar({ x: ANY }, async () => image);
// @ts-expect-error a stack is no image
view.image({ x: ANY }, () => stack);
// @ts-expect-error a number is no image
view.image({ x: ANY }, () => 3);
// @ts-expect-error an image is no vector
view.vector({ x: ANY }, () => image);
// @ts-expect-error a number is no text
view.text({ x: ANY }, () => 3);
// @ts-expect-error a number is no table
view.table({ x: ANY }, () => 3);
// @ts-expect-error no such input
view.scalar({ x: ANY }, ({ y }) => 1);
// @ts-expect-error the input is a number
view.scalar({ s: scalar }, ({ s }) => s.sum());
// @ts-expect-error an optional input may be missing
view.scalar({ s: optional(picture) }, ({ s }) => s.sum());
// @ts-expect-error no such option
view.scalar({ x: ANY }, () => 1, { averge: 25 });

// Reducers take what their view gives; others get the array alone.
const spread = view.reduce(scalar, histogram({ bins: 10, range: [0, 1] }));
is<typeof spread, ViewHandle<NdArray<1>>>();
view.reduce(picture, mean());
view.reduce(ANY, mean());
// @ts-expect-error a text has no histogram
view.reduce(text, histogram({ bins: 10, range: [0, 1] }));

// A reducer of several inputs takes an object of them, one of which may be missing in a train.
const line = view.reduce({ x: scalar, y: vector }, correlation());
is<typeof line, ViewHandle<CorrelationResult>>();
view.scalar({ line }, ({ line: { slope } }) => slope.get(0));
const scanned = view.reduce({ value: picture, by: ANY }, binning({ bins: 3, range: [0, 1] }));
is<typeof scanned, ViewHandle<NdArray>>();
view.reduce({ x: stale(scalar, 20), y: optional(scalar) }, scatter({ trains: 5 }));
view.reduce({ a: scalar, b: text }, reducer<{ readonly a: number | undefined; readonly b: string | undefined }, number, number>({ name: 'own', kind: 'scalar', takes: ['a', 'b'], initial: () => 0, add: (n, { a, b }) => n + (a ?? 0) + (b?.length ?? 0), merge: (a, b) => a + b, result: (n) => n }));
// @ts-expect-error a text is no side of a pair
view.reduce({ x: scalar, y: text }, correlation());
// @ts-expect-error y is not given
view.reduce({ x: scalar }, correlation());
// @ts-expect-error there is no z
view.reduce({ x: scalar, z: scalar }, correlation());
// @ts-expect-error it takes two inputs
view.reduce(scalar, correlation());
// @ts-expect-error it takes one input
view.reduce({ x: scalar, y: scalar }, mean());

// Parameters are what they hold.
const p = parameters({ sigma: slider(5, 0, 10), on: true, name: 'x', mode: choice('fast', ['fast', 'exact']), list: [1, 2] });
is<typeof p.sigma, number>();
is<typeof p.on, boolean>();
is<typeof p.name, string>();
is<typeof p.mode, 'fast' | 'exact'>();
// @ts-expect-error a view does not set them
p.sigma = 3;
// @ts-expect-error the default is one of the words
choice('slow', ['fast', 'exact']);

// Classes: the method returns its decorator's kind.
export class Tool {
  @Param({ min: 0, max: 9 }) sigma = 5;
  @Const() dark?: Image;
  @State('total') counts = histogram({ bins: 10, range: [0, 1] });
  @State({ x: 'total', y: 'total' }) line = correlation();
  record = action('Record dark', { of: ANY, reduce: mean(), trains: 10, into: 'dark' });

  @View.Image
  good(@From(ANY) camera: Image) {
    return camera.mul(this.sigma);
  }
  @View.Scalar({ title: 'Total', unit: 'ADU', every: 2, timeoutMs: 100 })
  total(@From('view#good') camera: Image, @From.optional(ANY) energy?: number) {
    return energy === undefined ? skip('no energy') : camera.sum();
  }
  @View.Vector
  async later(@From(pulses('::2', ANY)) x: Vector) {
    return x;
  }
  @View.Compute
  anything(@From(shifted(ANY, -1)) x: Vector, @From(picture) camera: Image) {
    return new Map([[x, camera]]);
  }
  // @ts-expect-error an image is no number
  @View.Scalar
  wrongKind(@From(ANY) camera: Image) {
    return camera;
  }
  // @ts-expect-error with options, too
  @View.Text({ title: 'Text' })
  wrongKindToo(@From(ANY) camera: Image) {
    return camera;
  }
  @View.Scalar
  // @ts-expect-error the view gives an image, the parameter is a number
  wrongInput(@From(picture) energy: number) {
    return energy;
  }
  @View.Scalar
  // @ts-expect-error an optional input may be missing
  mayBeMissing(@From.optional(picture) camera: Image) {
    return camera.sum();
  }
  // @ts-expect-error no such option
  @View.Scalar({ titel: 'x' })
  wrongOption(@From(ANY) x: number) {
    return x;
  }
}
group(Tool, { prefix: 'left', sigma: 3 });
// @ts-expect-error a parameter keeps its type
group(Tool, { prefix: 'left', sigma: 'wide' });
// @ts-expect-error no such field
group(Tool, { prefix: 'left', sgima: 3 });

// Constants and actions.
const dark = keep<Image>();
is<typeof dark.value, Image | undefined>();
action('Record dark', { of: picture, reduce: mean(), trains: 10, into: dark });
// @ts-expect-error into what?
action('Record dark', { of: picture, reduce: mean(), trains: 10 });
