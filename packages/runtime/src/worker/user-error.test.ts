import { expect, test } from 'vitest';
import { YardError } from '@trainyard/core';
import { asUserError } from './user-error.ts';

const HERE = import.meta.filename;

test('an error has its words, its code and the first line of the user', () => {
  expect(asUserError(new TypeError('no'), [HERE])).toMatchObject({ message: 'TypeError: no', where: { file: HERE, line: 8 } });
  expect(asUserError(new YardError('A', 'b', { file: 'x.ts', line: 3 }), [])).toEqual({ message: 'b', code: 'A', where: { file: 'x.ts', line: 3 } });
  expect(asUserError('a text', [])).toEqual({ message: 'threw a text, which is not an Error' });
  expect(asUserError(new RangeError('Array buffer allocation failed'), []).message).toMatch(/larger than the memory/);
});

const no = (): never => {
  throw new Error('not me');
};
test.each<[string, () => unknown]>([
  ['a trap', () => new Proxy({}, { getPrototypeOf: no, get: no })],
  ['an object without a text', () => Object.create(null)],
  ['an error whose message throws', () => Object.defineProperty(new Error(), 'message', { get: no })],
  ['an error whose stack throws', () => Object.defineProperty(new Error('x'), 'stack', { get: no })],
])('%s does not let itself be read, and that is said', (_, thrown) => {
  expect(asUserError(thrown(), [HERE])).toEqual({ message: 'threw something that does not let itself be read' });
});

test('what is too long is cut, and its line is found all the same', () => {
  const { message, where } = asUserError(new Error('x'.repeat(3e6)), [HERE]);
  expect([message.length < 2100, message.endsWith('(3000000 characters)'), where?.file]).toEqual([true, true, HERE]);
  expect(asUserError('y'.repeat(3e6), []).message.length).toBeLessThan(2200);
});

test('what goes to another thread is plain', () => {
  const odd = Object.assign(new Error('odd'), { code: () => 1, where: { file: () => 'x' }, more: [Object.assign(new Error('more'), { code: 'B' })] });
  expect(structuredClone(asUserError(odd, []))).toEqual({ message: 'odd', more: [{ message: 'more', code: 'B' }] });
});
