import { expect, test } from 'vitest';
import { range } from './pieces.test.support.ts';
import { Taker, a, bridge } from './taker.test.support.ts';

test('slots that threads do not give back are not waited for; those that come back after all are used again', async () => {
  const one = await bridge();
  const taker = new Taker(one.endpoint);
  taker.most = 8;
  await taker.start();
  one.send(...range(100, 160).map((id) => a(id)));
  await taker.until('all slots are taken', () => taker.ids.length === 8);
  const before = taker.held.splice(0);
  // Without this nothing would come: the server is asked only when there is room.
  for (const train of before) train.retire!();
  await taker.until('as many again', () => taker.ids.length === 16);
  expect(one.sent).toBeLessThan(60);
  for (const train of before) {
    train.retire!();
    train.release();
    train.release();
  }
  taker.release();
  await taker.until('all', () => taker.ids.length === 60);
  expect(taker.values).toEqual(range(100, 160).map((id) => [id, expect.stringContaining('B/XGM/1:output')]));
});
