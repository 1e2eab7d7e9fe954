import { expect, it } from 'vitest';
import { readDrag } from './drag-source.ts';

it('what is dragged is a source with a panel that there is, or nothing', () => {
  const read = (text: string) => readDrag({ getData: () => text });
  expect(read('{"id":"views/a","kind":"curve","more":1}')).toEqual({ id: 'views/a', kind: 'curve' });
  expect(['', 'null', '{', '"text"', '{"id":"views/a","kind":"toString"}', '{"id":"","kind":"curve"}', '{"id":7,"kind":"curve"}', JSON.stringify({ id: 'a'.repeat(1e6), kind: 'curve' })].map(read)).toEqual(Array(8).fill(undefined));
  expect(readDrag(null)).toBeUndefined();
});
