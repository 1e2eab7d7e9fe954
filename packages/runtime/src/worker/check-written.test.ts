import { expect, test } from 'vitest';
import { pulses, shifted, stale, view, type Input, type ViewOptions } from '@trainyard/core';
import { checkWritten } from './check-written.ts';

const CAMERA = 'karabo#A/CAM/1:output[data]';
const checked = (options: object, from: Input = CAMERA, id = 'views/a') => (): void => checkWritten(id, view.scalar({ x: from }, () => 1, options as ViewOptions));

test.each<object>([{}, { every: 1, average: 25, timeoutMs: 0.5, title: '', unit: 'mm', hidden: false }, { every: undefined }])('%o', (options) => {
  expect(checked(options)).not.toThrow();
});

test.each<[object, RegExp]>([
  [{ every: 0 }, /"every" takes a whole number of trains from 1, not 0/],
  [{ every: '2' }, /"every"/],
  [{ average: -3 }, /"average".*not -3/],
  [{ average: 1.5 }, /"average"/],
  [{ average: NaN }, /"average"/],
  [{ timeoutMs: 0 }, /milliseconds above 0/],
  [{ timeoutMs: NaN }, /milliseconds above 0/],
  [{ averge: 5 }, /"averge".*Did you mean "average"/],
  [{ constructor: 5 }, /not known/],
])('%o is refused', (options, message) => {
  expect(checked(options)).toThrow(expect.objectContaining({ code: 'VIEW_OPTION', message: expect.stringMatching(message) }));
});

test.each([stale(CAMERA, 0), stale(CAMERA, 0.5), stale(CAMERA, Infinity), shifted(CAMERA, -0.5), shifted(CAMERA, NaN)])('%o is refused', (input) => {
  expect(checked({}, input)).toThrow(expect.objectContaining({ code: 'INPUT_TRAINS' }));
});

test.each([stale(CAMERA, 1), shifted(CAMERA, -20), pulses('1::2', CAMERA)])('%o is good', (input) => {
  expect(checked({}, input)).not.toThrow();
});

test.each(['größe/数', 'left 2/x', 'v1.2/$x', '__proto__/constructor', 'views/a.x'])('the name %s is good', (id) => {
  expect(checked({}, CAMERA, id)).not.toThrow();
});

test.each(['/s', '../s', './s', 's/..', 'a/b/c', ' a/s', 'a#b/s', 'a[1]/s', 'a/{s}', 'a\n/s', 's'])('the name "%s" is refused', (id) => {
  expect(checked({}, CAMERA, id)).toThrow(expect.objectContaining({ code: 'VIEW_NAME' }));
});
