import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as nd from './index.ts';

// The page that users are sent to names nothing that is not there, and leaves out no method that is.

const page = readFileSync(new URL('../../../docs/numpy-to-nd.md', import.meta.url), 'utf8');
const code = page.split('\n').filter((line) => line.startsWith('| ')).flatMap((line) => [...(line.split(' | ')[1] ?? '').matchAll(/`([^`]+)`/g)].map((m) => m[1]));
const methods = new Set(Object.getOwnPropertyNames(nd.NdArray.prototype).concat(Object.getOwnPropertyNames(nd.MutableNdArray.prototype), ['shape', 'dtype']));

test('every method and function that the page names exists', () => {
  expect(code.length).toBeGreaterThan(90);
  for (const text of code) {
    const member = /^\w+\.(\w+)/.exec(text);
    const known = member === null ? typeof (nd as Record<string, unknown>)[/^\w+/.exec(text)![0]] === 'function' : methods.has(member[1]);
    expect([text, known]).toEqual([text, true]);
  }
});

test('every method is on the page', () => {
  const named = new Set(code.flatMap((text) => [...text.matchAll(/\.(\w+)/g)].map((m) => m[1])));
  expect([...methods].filter((name) => !named.has(name) && name !== 'constructor')).toEqual([]);
});
