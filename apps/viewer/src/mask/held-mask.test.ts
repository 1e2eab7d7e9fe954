import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { HeldMask } from './held-mask.ts';
import { drawMask } from './mask-shapes.ts';
import { Mask } from './mask.ts';
import { writeNpy } from './npy.ts';

/** A yard that keeps one mask, and answers when it is let. */
async function slowYard(): Promise<{ kept: Uint8Array; asked: number; answer: () => void }> {
  const waiting: (() => void)[] = [];
  const yard = { kept: writeNpy(new Mask(10, 10)) as Uint8Array, asked: 0, answer: () => waiting.shift()!() };
  const server = createServer((request, response) => {
    const body: Buffer[] = [];
    request.on('data', (part: Buffer) => body.push(part)).on('end', () => {
      yard.asked++;
      if (request.method === 'PUT') yard.kept = Buffer.concat(body);
      const { kept } = yard;
      waiting.push(() => response.end(request.method === 'PUT' ? '{"name":"m","path":"/m.npy"}' : kept));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubGlobal('location', { href: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
  onTestFinished(() => {
    vi.unstubAllGlobals();
    server.closeAllConnections();
    server.close();
  });
  return yard;
}

const draw = (held: HeldMask, row: number) => held.edit(10, 10, (mask) => drawMask(mask, { shape: 'rectangle', points: [[0, row], [10, row + 1]], width: 0 }, 1));

it('what is drawn while it is saved is not saved, and stays', async () => {
  const yard = await slowYard();
  const held = new HeldMask();
  draw(held, 1);
  const saving = held.save('m');
  await expect.poll(() => yard.asked).toBe(1);
  draw(held, 2);
  yard.answer();
  expect(await saving).toBe(true);
  expect([held.isChanged, held.mask!.count(), held.path]).toEqual([true, 20, '/m.npy']);
  const again = held.save('m');
  await expect.poll(() => yard.asked).toBe(2);
  yard.answer();
  await again;
  expect(held.isChanged).toBe(false);
});

it('what was asked for before something was drawn or saved does not come in its place', async () => {
  const yard = await slowYard();
  const held = new HeldMask();
  const loading = held.load('m');
  await expect.poll(() => yard.asked).toBe(1);
  draw(held, 1);
  yard.answer();
  expect(await loading).toBe(false);
  expect([held.isChanged, held.mask!.count()]).toEqual([true, 10]);
  yard.kept = writeNpy(new Mask(10, 10));
  const old = held.load('m');
  await expect.poll(() => yard.asked).toBe(2);
  const saving = held.save('m');
  await expect.poll(() => yard.asked).toBe(3);
  yard.answer();
  expect(await old).toBe(false);
  yard.answer();
  expect(await saving).toBe(true);
  expect([held.isChanged, held.mask!.count()]).toEqual([false, 10]);
});

it('the same pixels from the yard leave what can be undone; others replace it', async () => {
  const yard = await slowYard();
  const held = new HeldMask();
  draw(held, 1);
  yard.kept = writeNpy(held.mask!);
  for (const [kept, canUndo, count] of [[yard.kept, true, 10], [writeNpy(new Mask(10, 10)), false, 0]] as const) {
    yard.kept = kept;
    const asked = yard.asked;
    const loading = held.load('m');
    await expect.poll(() => yard.asked).toBe(asked + 1);
    yard.answer();
    expect(await loading).toBe(true);
    expect([held.mask!.canUndo, held.mask!.count(), held.isChanged]).toEqual([canUndo, count, false]);
  }
});
