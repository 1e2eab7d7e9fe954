import { expect, it } from 'vitest';
import type { LogLine } from '@trainyard/control';
import { addLines } from './yard-store.ts';

const line = (at: number, view = 'views/a'): LogLine => ({ view, at, trainId: at, level: 'log', text: `line ${at}` });

it('addLines keeps the last 200 of each view, each once, in order', () => {
  let logs = addLines(new Map(), [line(1), line(2), line(1, 'views/b')]);
  logs = addLines(logs, [line(2), line(3)]);
  expect(logs.get('views/a')!.map(({ at }) => at)).toEqual([1, 2, 3]);
  expect(logs.get('views/b')).toHaveLength(1);
  logs = addLines(logs, Array.from({ length: 500 }, (_, k) => line(10 + k)));
  expect(logs.get('views/a')).toHaveLength(200);
});
