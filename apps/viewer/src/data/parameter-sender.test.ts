import { expect, it, vi } from 'vitest';
import type { ParameterValue, Reply } from '@trainyard/control';
import { ParameterSender, parseNumbers, sliderStep, type SenderState } from './parameter-sender.ts';

it('sends few of many values, the last one always, and shows the draft until the yard has it', async () => {
  const sent: ParameterValue[] = [];
  const states: SenderState[] = [];
  const sender = new ParameterSender(async (value) => {
    sent.push(value);
    return { type: 'reply', request: 1, ok: true };
  }, (state) => states.push(state));
  for (let k = 0; k <= 100; k++) {
    sender.set(k);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await vi.waitFor(() => expect(sent.at(-1)).toBe(100));
  expect(sent.length).toBeLessThan(12);
  await vi.waitFor(() => {
    sender.acknowledged(100);
    expect(states.at(-1)).toEqual({ draft: undefined, error: '' });
  });
});

it('gives the draft up and says why when it is refused', async () => {
  const refused: Reply = { type: 'reply', request: 1, ok: false, code: 'PARAMETER_RANGE', message: 'sigma must be between 0.5 and 20.' };
  let state: SenderState | undefined;
  new ParameterSender(async () => refused, (next) => (state = next)).set(99);
  await vi.waitFor(() => expect(state).toEqual({ draft: undefined, error: refused.message }));
});

it('parseNumbers and sliderStep', () => {
  expect(parseNumbers('1, 2.5  3;4')).toEqual([1, 2.5, 3, 4]);
  expect(parseNumbers('1, x')).toBeUndefined();
  expect(sliderStep(0.5, 20)).toBe(0.1);
  expect(sliderStep(0, 1e6)).toBe(5000);
});
