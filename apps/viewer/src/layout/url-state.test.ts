import { deflateRawSync } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { panelKinds, readLayout, type Layout } from '@trainyard/control';
import { readUrlState, withStop, writeUrlState, type UrlState } from './url-state.ts';

const layout: Layout = { trainyard: 1, tabs: [{ name: 'Nacht ☾', auto: true, panels: [{ key: 'a b', kind: 'image', of: ['views/a'], at: { x: 0, y: 0, w: 12, h: 9 }, settings: { scale: 'log' } }] }] };
const packed = (value: string): string => `l=${deflateRawSync(value).toString('base64url')}`;

const text = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' });
const option = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(of, { nil: undefined });
const layouts = fc.array(fc.record({ name: text, panels: fc.uniqueArray(fc.record({ key: text, kind: fc.constantFrom(...panelKinds), of: fc.array(text), at: fc.constant({ x: 1, y: 2, w: 3, h: 4 }) }), { selector: ({ key }) => key, maxLength: 5 }) }), { maxLength: 3 }).map((tabs) => readLayout({ trainyard: 1, tabs }));
const states: fc.Arbitrary<UrlState> = fc.record({ name: option(text), layout: option(layouts), fits: option(fc.constant(true)), tab: fc.nat(29), large: option(text), page: option(text), train: option(fc.maxSafeNat()) })
  .map((state) => ({ ...state, ...(!state.layout && { fits: undefined }) }));

it('what is written is read again, to the last setting', async () => {
  await fc.assert(fc.asyncProperty(states, async (state) => {
    const fragment = await writeUrlState(state);
    expect(fragment).toMatch(/^[\w.~*+%&=-]*$/);
    expect(await readUrlState(`#${fragment}`)).toEqual(state);
  }), { numRuns: 100 });
});

it('the first tab of what the code says has the plain address', async () => {
  expect(await writeUrlState({ tab: 0 })).toBe('');
  expect(await readUrlState('')).toEqual({ tab: 0 });
  expect(await writeUrlState({ name: 'night', tab: 1, large: 'a b', train: 12 })).toBe('layout=night&train=12&tab=2&large=a+b');
  expect(withStop('#layout=night&train=12&tab=2&large=a+b', { tab: 0, page: 'health' })).toBe('layout=night&train=12&page=health');
});

it('any other fragment is read, or said in a sentence to be wrong', async () => {
  const pieces = fc.array(fc.tuple(fc.constantFrom('l', 'tab', 'train', 'layout', 'large', 'page', 'fits', 'x', '__proto__'), fc.oneof(fc.string(), fc.base64String(), fc.nat().map(String))).map(([key, value]) => `${key}=${value}`), { maxLength: 5 }).map((all) => all.join('&'));
  await fc.assert(fc.asyncProperty(fc.oneof(fc.string(), pieces), async (fragment) => {
    await readUrlState(fragment).catch((error: Error) => expect(error.message).toMatch(/^LINK: .+\.$/s));
  }), { numRuns: 200 });
});

it.each<[string, string, string]>([
  ['a layout that was cut', packed(JSON.stringify(layout)).slice(0, -12), 'LINK: its layout is cut short or damaged.'],
  ['letters that are none', 'l=%%%', 'LINK: its layout is cut short or damaged.'],
  ['JSON that is no layout', packed('{"trainyard":7}'), 'LINK: its layout cannot be read: it is of version 7, this program reads 1.'],
  ['a tab beyond all', 'tab=31', 'LINK: tab is no number up to 30.'],
  ['a long name', `layout=${'x'.repeat(301)}`, 'LINK: layout is longer than 300 characters.'],
])('says what is wrong: %s', async (_, fragment, message) => {
  await expect(readUrlState(fragment)).rejects.toThrow(message);
});

it('a small link that would unfold to 50 MB is stopped at the limit', async () => {
  const bomb = packed('[' + ' '.repeat(50e6));
  expect(bomb.length).toBeLessThan(100_000);
  const before = process.memoryUsage().arrayBuffers;
  await expect(readUrlState(bomb)).rejects.toThrow('it has more than 256000 bytes');
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20e6);
});
