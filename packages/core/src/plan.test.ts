import { afterEach, expect, test, vi } from 'vitest';
import { plan, planFile } from './plan.ts';
import { scratch, workspace } from './workspace.ts';

const before = { ...workspace };
afterEach(() => Object.assign(workspace, before));

test('is built on first use, once', () => {
  const make = vi.fn((n: number, word: string) => word.repeat(n));
  const build = plan(make, 2, 'ab');
  expect(make).not.toHaveBeenCalled();
  expect([build(), build()]).toEqual(['abab', 'abab']);
  expect(make).toHaveBeenCalledTimes(1);
});

test('is built anew when a parameter has changed, also to and from NaN, and not otherwise', () => {
  let sigma = 1;
  const make = vi.fn((s: number) => ({ s }));
  const build = plan(make, () => sigma);
  const first = build();
  expect(build()).toBe(first);
  sigma = NaN;
  expect(build()).toEqual({ s: NaN });
  build();
  expect(make).toHaveBeenCalledTimes(2);
  sigma = 1;
  expect(build()).toEqual({ s: 1 });
});

test('a file is read from the folder in which the plan was made, and a changed one rebuilds', () => {
  let text = 'one';
  const asked: unknown[] = [];
  workspace.folder = '/data/a';
  workspace.readText = (path, folder) => {
    asked.push([path, folder]);
    return text;
  };
  const make = vi.fn((content: string) => content.length);
  const build = plan(make, planFile('./geo.poni'));
  workspace.folder = '/data/b';
  expect(build()).toBe(3);
  text = 'three';
  expect(build()).toBe(5);
  build();
  expect(make).toHaveBeenCalledTimes(2);
  expect(asked[0]).toEqual(['./geo.poni', '/data/a']);
});

test('one that throws is tried again on the next train', () => {
  let bad = true;
  const build = plan(() => {
    if (bad) throw new Error('not yet');
    return 1;
  });
  expect(build).toThrow('not yet');
  bad = false;
  expect(build()).toBe(1);
});

test('outside a runtime files are refused and scratch is a new array', () => {
  expect(plan((text: string) => text, planFile('x'))).toThrow(expect.objectContaining({ code: 'NO_FILES' }));
  expect(scratch([2, 3])).toMatchObject({ dtype: 'float32', shape: [2, 3] });
  expect(scratch([1], 'uint16')).not.toBe(scratch([1], 'uint16'));
});
