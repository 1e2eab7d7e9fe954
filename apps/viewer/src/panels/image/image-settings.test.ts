import { expect, it } from 'vitest';
import { readSettings, writtenSettings } from './image-settings.ts';

it('reads what panels keep, and takes the default for what makes no sense', () => {
  const plain = readSettings({}, false);
  expect([plain.colorMap, plain.scale, plain.percent, plain.equal, plain.part]).toEqual(['viridis', 'linear', 0.1, undefined, undefined]);
  expect(readSettings({}, true).equal).toBe(false);
  expect(readSettings({ colorMap: 'plaid', scale: 7, percent: 99, range: [1], plane: [2, -1, 'x'], part: [5, 0, 1, 1], profile: [1], mask: '', swap: 1, equal: 'no' }, false)).toEqual({ ...plain, plane: [2, 0, 0] });
  expect(readSettings({ percent: null, range: [1, 2], part: [0, 1, 2, 3], profile: { kind: 'row', from: [0, 1], to: [2, 3], width: 2.6 }, flipY: false }, false)).toMatchObject({ percent: undefined, range: [1, 2], part: { x0: 0, y0: 1, x1: 2, y1: 3 }, profile: { kind: 'row', width: 3 }, flipY: false });
});

it('what is written is read again', () => {
  const some = { percent: undefined, range: [1, 2], part: { x0: 0, y0: 1, x1: 2, y1: 3 }, profile: { kind: 'row', from: [0, 1], to: [2, 3], width: 3 }, colorMap: 'turbo', plane: [3] } as const;
  expect(readSettings(JSON.parse(JSON.stringify(writtenSettings(some))) as never, false)).toMatchObject(some);
  expect(writtenSettings({ part: undefined })).toEqual({ part: undefined });
});
