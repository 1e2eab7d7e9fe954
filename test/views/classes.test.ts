import { describe, expect, test } from 'vitest';
import {
  Const, From, Param, State, View, action, array, collectDeclarations, group, groupsOfModule, keep, optional, parameters, pulses, skip, slider, stale, view,
  type Group, type Image, type ViewSpec,
} from '@trainyard/core';
import { histogram, mean } from '@trainyard/core/reducers';

const CAMERA = 'karabo#A/CAM/1:output[data.pixels]';
const image = array([[1, 2], [3, 4]]);

class Tool {
  @Param({ min: 0.5, max: 20, unit: 'px' }) sigma = 5;
  @Param({ choices: ['fast', 'exact'] }) mode = 'fast';
  @Param({ type: 'integer' }) bins = 10;
  @Const() dark?: Image;
  @State('total') counts = histogram({ bins: 4, range: [0, 100] });
  @State('total') average = mean({ trains: 5 });
  record = action('Record dark', { of: CAMERA, reduce: mean(), trains: 100, into: 'dark' });
  reference = keep<Image>();
  take = action('Take reference', { of: 'view#scaled', reduce: mean(), trains: 1, into: this.reference });

  @View.Image({ title: 'Scaled', every: 2, timeoutMs: 100 })
  scaled(@From(CAMERA) camera: Image) {
    return camera.mul(this.factor());
  }
  @View.Scalar
  total(@From('view#scaled') img: Image, @From.optional(stale(pulses('::2', 'karabo#X/Y/Z.energy'), 3)) energy?: number) {
    return energy === undefined ? img.sum() : skip('energy');
  }
  factor(): number {
    return this.sigma;
  }
}

class Wider extends Tool {
  override sigma = 9;
  @Param() extra = true;
  override factor(): number {
    return 100 * this.sigma;
  }
  @View.Vector
  override scaled(@From('karabo#B/CAM/2:output[data.pixels]') camera: Image): any {
    return camera.sum({ axis: 0 });
  }
}

class Plain extends Tool {
  // Without decorators: the kind and inputs stay.
  override scaled(camera: Image): any {
    return camera.add(this.sigma);
  }
}

const groupsOf = (exports: Record<string, unknown>): Group[] => groupsOfModule('views', exports);
const one = (exports: Record<string, unknown>): Group => groupsOf(exports)[0]!;
const call = (spec: ViewSpec | undefined, ...values: unknown[]): any => spec!.call!(values);

describe('a class', () => {
  const tool = one({ Tool });

  test('is a group of its name, with everything that it declares', () => {
    expect(tool.name).toBe('Tool');
    expect([...tool.views.keys()]).toEqual(['scaled', 'total', 'counts', 'average']);
    expect([...tool.constants.keys()]).toEqual(['dark', 'reference']);
    expect([...tool.actions.keys()]).toEqual(['record', 'take']);
    expect(tool.params.specs).toEqual({
      sigma: { type: 'number', default: 5, min: 0.5, max: 20, unit: 'px' },
      mode: { type: 'choice', default: 'fast', choices: ['fast', 'exact'] },
      bins: { type: 'integer', default: 10 },
    });
  });

  test('views have kind, options and inputs', () => {
    expect(tool.views.get('scaled')).toMatchObject({ kind: 'image', options: { title: 'Scaled', every: 2, timeoutMs: 100 }, inputs: [{ name: 'input1', from: CAMERA }] });
    expect(tool.views.get('total')).toMatchObject({ kind: 'scalar', options: {}, inputs: [{ from: 'view#scaled' }, { from: 'karabo#X/Y/Z.energy', optional: true, stale: 3, pulses: '::2' }] });
    expect(tool.views.get('counts')).toMatchObject({ kind: 'vector', inputs: [{ name: 'value', from: tool.views.get('total') }] });
    expect(tool.views.get('average')!.reducer!.window).toBe(5);
  });

  test('reads its parameters and constants from the runtime, and cannot write them', () => {
    const { views, params, constants } = one({ Tool });
    params.values['sigma'] = 2;
    expect(call(views.get('scaled'), image).toNested()).toEqual([[2, 4], [6, 8]]);
    class Writes {
      @Param() n = 1;
      @View.Scalar next(@From(CAMERA) _: unknown) {
        return this.n++;
      }
    }
    expect(() => call(one({ Writes }).views.get('next'), 0)).toThrow(expect.objectContaining({ code: 'PARAM_WRITE', message: expect.stringContaining('Writes.n is a parameter') }));
    class Reads {
      @Const() dark?: number;
      @View.Scalar level(@From(CAMERA) _: unknown) {
        return this.dark ?? -1;
      }
    }
    const reads = one({ Reads });
    expect(call(reads.views.get('level'), 0)).toBe(-1);
    reads.constants.get('dark')!.value = 7;
    expect(call(reads.views.get('level'), 0)).toBe(7);
    expect(constants.get('dark')!.value).toBeUndefined();
  });

  test('actions write the constants of their own instance', () => {
    expect(tool.actions.get('record')!.into).toBe(tool.constants.get('dark'));
    expect(tool.actions.get('take')!.into).toBe(tool.constants.get('reference'));
    const again = one({ Tool });
    expect(again.constants.get('dark')).not.toBe(tool.constants.get('dark'));
  });
});

describe('inheritance', () => {
  test('copies what the base declares, overrides by name, and leaves the base alone', () => {
    const [wider, base] = groupsOf({ Wider, Tool });
    expect([...wider!.views.keys()]).toEqual(['scaled', 'total', 'counts', 'average']);
    expect(wider!.views.get('scaled')).toMatchObject({ kind: 'vector', options: {}, inputs: [{ from: 'karabo#B/CAM/2:output[data.pixels]' }] });
    expect(call(wider!.views.get('scaled'), image).toNested()).toEqual([4, 6]);
    expect(wider!.params.specs).toMatchObject({ sigma: { default: 9, max: 20 }, extra: { type: 'boolean', default: true } });
    expect(base!.views.get('scaled')).toMatchObject({ kind: 'image', inputs: [{ from: CAMERA }] });
    expect(base!.params.specs).not.toHaveProperty('extra');
    expect(base!.params.specs['sigma']!.default).toBe(5);
    expect(call(base!.views.get('scaled'), image).toNested()).toEqual([[5, 10], [15, 20]]);
  });

  test('a method overridden without decorators keeps kind, options and inputs', () => {
    const plain = one({ Plain });
    expect(plain.views.get('scaled')).toMatchObject({ kind: 'image', options: { title: 'Scaled' }, inputs: [{ from: CAMERA }] });
    expect(call(plain.views.get('scaled'), image).toNested()).toEqual([[6, 7], [8, 9]]);
  });

  test('an inherited view calls the overridden helper', () => {
    class Doubled extends Tool {
      override factor(): number {
        return 2;
      }
    }
    expect(call(one({ Doubled }).views.get('scaled'), image).toNested()).toEqual([[2, 4], [6, 8]]);
  });
});

describe('instances', () => {
  test('have their own prefix and values', () => {
    const groups = groupsOf({ left: group(Tool, { prefix: 'l', sigma: 3 }), right: group(Tool, { mode: 'exact' }), Tool });
    expect(groups.map(({ name, params }) => [name, params.values['sigma'], params.values['mode']])).toEqual([['l', 3, 'fast'], ['right', 5, 'exact'], ['Tool', 5, 'fast']]);
    groups[0]!.params.values['sigma'] = 1;
    expect(groups[2]!.params.values['sigma']).toBe(5);
  });

  test.each([
    ['PARAM_RANGE', () => group(Tool, { sigma: 50 })],
    ['PARAM_TYPE', () => group(Tool, { mode: 'slow' })],
    ['PARAM_UNKNOWN', () => group(Tool, { sgima: 3 } as object)],
  ])('%s', (code, make) => {
    expect(() => groupsOf({ x: make() })).toThrow(expect.objectContaining({ code }));
  });

  test('two groups of one name are refused', () => {
    expect(() => groupsOf({ Tool, other: group(Tool, { prefix: 'Tool' }) })).toThrow(expect.objectContaining({ code: 'GROUP_TWICE', message: expect.stringContaining('"Tool"') }));
  });
});

describe('both spellings give the same record', () => {
  class Spelt {
    @View.Image({ title: 'T', every: 2 })
    smoothed(@From(CAMERA) camera: Image, @From.optional(stale('karabo#X/Y/Z.energy', 3)) energy?: number) {
      return camera.mul(energy ?? 1);
    }
  }
  const method = one({ Spelt }).views.get('smoothed')!;
  const called = view.image({ input1: CAMERA, input2: optional(stale('karabo#X/Y/Z.energy', 3)) }, ({ input1, input2 }) => input1.mul(input2 ?? 1), { title: 'T', every: 2 });

  test('but for the function', () => {
    expect({ ...called, call: null }).toEqual({ ...method, call: null });
    expect(call(called, image, 2).toNested()).toEqual(call(method, image, 2).toNested());
    expect(call(called, image, undefined).toNested()).toEqual(image.toNested());
  });

  test('as exported objects, too', () => {
    const [object] = groupsOf({ tool: { smoothed: called, dark: keep(), record: action('R', { of: CAMERA, reduce: mean(), trains: 2, into: 'dark' }) } });
    expect([object!.name, ...object!.views.keys(), ...object!.constants.keys()]).toEqual(['tool', 'smoothed', 'dark']);
    expect(object!.actions.get('record')!.into).toBe(object!.constants.get('dark'));
  });
});

describe('a file', () => {
  test('has groups of classes and objects first, then its own; what is no view is left out', async () => {
    const dark = keep('dark');
    const loose = view.scalar({ x: CAMERA }, () => 1);
    const groups = groupsOf({ Tool, tool: { loose }, loose, also: loose, helper: () => 1, Helper: class {}, number: 3, nothing: null, list: [loose], dark });
    expect(groups.map(({ name }) => name)).toEqual(['Tool', 'tool', 'views']);
    expect([...groups[2]!.views.keys(), ...groups[2]!.constants.keys()]).toEqual(['loose', 'also', 'dark']);
    expect(groups[0]!.outer).toBe(groups[2]);
    expect(groupsOf({})).toEqual([]);
  });

  test('several parameters() share one set of values', async () => {
    const { result, declared } = await collectDeclarations(async () => [parameters({ a: slider(1, 0, 5) }), parameters({ b: 2 })] as const);
    const [views] = groupsOfModule('views', {}, declared.parameters);
    expect(views!.params.values).toEqual({ a: 1, b: 2 });
    Object.assign(views!.params.values, { a: 4, b: 5 });
    expect([result[0].a, result[1].b]).toEqual([4, 5]);
  });

  test('the same parameter twice, and a constant without a name, are refused', async () => {
    const { declared } = await collectDeclarations(async () => [parameters({ a: 1 }), parameters({ a: 2 })]);
    expect(() => groupsOfModule('views', {}, declared.parameters)).toThrow(expect.objectContaining({ code: 'PARAM_TWICE' }));
    const { result, declared: kept } = await collectDeclarations(async () => ({ dark: keep(), hidden: keep('hidden') }));
    expect(() => groupsOfModule('views', {}, [], kept.constants)).toThrow(expect.objectContaining({ code: 'CONSTANT_NO_NAME' }));
    const object = { v: view.scalar({ x: CAMERA }, () => 1), dark: result.dark };
    expect(groupsOfModule('views', { object }, [], kept.constants).map(({ name, constants }) => [name, ...constants.keys()])).toEqual([['object', 'dark'], ['views', 'hidden']]);
  });
});

describe('mistakes in a class', () => {
  test.each<[string, string, () => object]>([
    ['a parameter without @From', 'VIEW_NO_FROM', () => {
      class Bad {
        @View.Scalar v(@From(CAMERA) a: number, b: number) {
          return a + b;
        }
      }
      return { Bad };
    }],
    ['@From without a kind', 'VIEW_NO_KIND', () => {
      class Bad {
        v(@From(CAMERA) a: number) {
          return a;
        }
      }
      return { Bad };
    }],
    ['an override with more parameters than inputs', 'VIEW_NO_FROM', () => {
      class Bad extends Tool {
        override scaled(camera: Image, more?: Image): any {
          return camera.add(more!);
        }
      }
      return { Bad };
    }],
    ['a parameter without a default', 'PARAM_NO_DEFAULT', () => {
      class Bad {
        @Param() sigma?: number;
      }
      return { Bad };
    }],
    ['a default out of range', 'PARAM_RANGE', () => {
      class Bad {
        @Param({ max: 3 }) sigma = 5;
      }
      return { Bad };
    }],
    ['a state that is no reducer', 'STATE_NO_REDUCER', () => {
      class Bad {
        @State('v') counts = 3;
        @View.Scalar v(@From(CAMERA) a: number) {
          return a;
        }
      }
      return { Bad };
    }],
    ['a state of no view', 'STATE_NO_VIEW', () => {
      class Bad {
        @State('w') counts = mean();
        @View.Scalar v(@From(CAMERA) a: number) {
          return a;
        }
      }
      return { Bad };
    }],
    ['an action of no trains', 'ACTION_TRAINS', () => {
      class Bad {
        @Const() dark?: Image;
        record = action('R', { of: CAMERA, reduce: mean(), trains: 0, into: 'dark' });
      }
      return { Bad };
    }],
  ])('%s: %s', (_, code, make) => {
    expect(() => groupsOf(make() as Record<string, unknown>)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(/Bad|"R"/) }));
  });
});
