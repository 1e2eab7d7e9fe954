import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const css = readFileSync(new URL('../theme.css', import.meta.url), 'utf8');
const themes = Object.fromEntries(['dark', 'light'].map((name, k) => {
  const block = css.split(/^:root[^{]*\{/m)[k + 1];
  return [name, Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, property, color]) => [property, color]))];
}));

/** Relative luminance as WCAG 2 defines it. */
function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

it.each(Object.entries(themes))('texts of the %s theme can be read wherever they stand, lines told from what is behind', (_, theme) => {
  const low: string[] = [];
  const check = (front: readonly string[], back: readonly string[], least: number) => {
    for (const f of front) for (const b of back) if (!(contrast(theme[f], theme[b]) >= least)) low.push(`${f} on ${b}: ${contrast(theme[f], theme[b]).toFixed(2)}, not ${least}`);
  };
  const plain = ['bg', 'panel', 'raised', 'sunken', 'stripe'];
  check(['text', 'soft', 'accent', 'code'], [...plain, 'chosen', 'bad-bg', 'warn-bg'], 4.5);
  check(['good', 'warn', 'bad'], plain, 4.5);
  check(['bad'], ['bad-bg'], 4.5);
  check(['warn'], ['warn-bg'], 4.5);
  check(['plot-text'], ['panel'], 4.5);
  check(['edge', 'plot-overlay', ...Array.from({ length: 8 }, (_, k) => `series-${k + 1}`)], ['panel'], 3);
  expect(low).toEqual([]);
});

it('both themes have the same properties', () => {
  expect(Object.keys(themes['light'])).toEqual(Object.keys(themes['dark']));
});
