import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LAYOUT_LIMITS, panelKinds, readLayout, type Layout, type PanelSpec } from './layout.ts';

const panel: PanelSpec = { key: 'camera', kind: 'image', of: ['TimingTool/camera'], at: { x: 0, y: 0, w: 12, h: 9 }, title: 'Camera', settings: { scale: 'log', range: [1, 99], hand: { low: 0, high: null } } };
const good: Layout = { trainyard: 1, tabs: [{ name: 'night', auto: true, closed: ['views/old'], panels: [panel] }, { name: 'laser', panels: [] }] };
const withPanel = (part: object): unknown => ({ ...good, tabs: [{ name: 'night', panels: [{ ...panel, ...part }] }] });

/** A layout with any JSON at any of its places. */
const nearly = fc.tuple(fc.jsonValue(), fc.constantFrom('trainyard', 'tabs', 'name', 'panels', 'closed', 'key', 'kind', 'of', 'at', 'title', 'settings', 'x')).map(([value, place]) => {
  const put = <T extends object>(object: T): T => (place in object ? { ...object, [place]: value } : object);
  return put({ trainyard: 1, tabs: [put({ name: 'night', auto: true, closed: [], panels: [put({ ...panel, at: put(panel.at) })] })] });
});

describe('readLayout', () => {
  it('gives back what it is given, and nothing else that lies beside it', () => {
    expect(readLayout(good)).toEqual(good);
    expect(readLayout(JSON.parse(JSON.stringify({ ...good, more: 1, tabs: [{ ...good.tabs[0], panels: [{ ...panel, more: 2, at: { ...panel.at, z: 3 } }] }] })))).toEqual({ trainyard: 1, tabs: [good.tabs[0]] });
  });

  it.each<[string, unknown, string]>([
    ['a list', [], 'it is no object'],
    ['another version', { ...good, trainyard: 2 }, 'it is of version 2, this program reads 1'],
    ['no tabs', { trainyard: 1 }, `tabs is a list of at most ${LAYOUT_LIMITS.tabs}`],
    ['too many tabs', { trainyard: 1, tabs: Array.from({ length: 31 }, () => good.tabs[1]) }, 'at most 30'],
    ['too many panels', { trainyard: 1, tabs: [{ name: 'x', panels: Array.from({ length: 201 }, (_, k) => ({ ...panel, key: String(k) })) }] }, 'at most 200'],
    ['a panel twice', { trainyard: 1, tabs: [{ name: 'x', panels: [panel, panel] }] }, 'two panels of a tab have the same key'],
    ['a kind of the prototype', withPanel({ kind: 'constructor' }), 'there is no panel of kind "constructor"'],
    ['a place outside', withPanel({ at: { x: 24, y: 0, w: 1, h: 1 } }), 'x is a whole number from 0 to 23'],
    ['half a row', withPanel({ at: { x: 0, y: 0.5, w: 1, h: 1 } }), 'y is a whole number'],
    ['a long title', withPanel({ title: 'x'.repeat(301) }), 'at most 300 characters'],
    ['deep settings', withPanel({ settings: { a: [[[[[[[1]]]]]]] } }), 'a setting is'],
    ['wide settings', withPanel({ settings: Object.fromEntries(Array.from({ length: 101 }, (_, k) => [k, k])) }), 'at most 100'],
  ])('refuses %s', (_, value, message) => {
    expect(() => readLayout(value)).toThrow(message);
  });

  it('reads any JSON, or says what is wrong; what it has read it reads again', () => {
    let read = 0;
    fc.assert(fc.property(fc.oneof({ weight: 4, arbitrary: nearly }, fc.jsonValue()), (value) => {
      let layout: Layout;
      try {
        layout = readLayout(value);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        expect((error as Error).message).toMatch(/^LAYOUT: .+\.$/s);
        return;
      }
      read++;
      expect(readLayout(layout)).toEqual(layout);
      expect(readLayout(JSON.parse(JSON.stringify(layout)))).toEqual(JSON.parse(JSON.stringify(layout)));
    }), { numRuns: 500 });
    expect(read).toBeGreaterThan(2);
  });

  it('reads every layout that fits its type', () => {
    const text = fc.string({ maxLength: 300 });
    const specs = fc.uniqueArray(fc.record({
      key: text, kind: fc.constantFrom(...panelKinds), of: fc.array(text, { maxLength: 32 }),
      at: fc.record({ x: fc.integer({ min: 0, max: 23 }), y: fc.nat(100_000), w: fc.integer({ min: 1, max: 24 }), h: fc.integer({ min: 1, max: 1000 }) }),
    }), { selector: ({ key }) => key, maxLength: 8 });
    fc.assert(fc.property(fc.array(fc.record({ name: text, panels: specs }), { maxLength: 4 }), (tabs) => {
      expect(readLayout({ trainyard: 1, tabs })).toEqual({ trainyard: 1, tabs });
    }), { numRuns: 50 });
  });

  it('takes the names of the prototype for names', () => {
    const settings = JSON.parse('{"__proto__": {"isAdmin": true}, "constructor": "x", "toString": [{"__proto__": {"isAdmin": true}}]}') as object;
    const read = readLayout(withPanel({ key: '__proto__', settings })).tabs[0]!.panels[0]!;
    expect(read.settings).toEqual({ constructor: 'x', toString: [{}] });
    expect(Object.getPrototypeOf(read.settings)).toBe(Object.prototype);
    expect('isAdmin' in read.settings!).toBe(false);
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });
});
