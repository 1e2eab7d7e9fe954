import type { ControlRequest } from '@trainyard/control';
import { expect, it } from 'vitest';
import type { Engine } from '../engine/engine.ts';
import type { Caller } from './access.ts';
import { ControlVerbs } from './control-verbs.ts';

/** Says who it was that cleared. */
const verbs = new ControlVerbs({ byHand: { clear: (_: undefined, who: string) => who } } as unknown as Engine, () => undefined);
const said = async (caller: Caller, who?: unknown): Promise<string> => {
  const reply = await verbs.answer({ type: 'request', request: 1, verb: 'clear', who } as ControlRequest, caller, 'viewer');
  return reply.ok ? reply.message! : reply.code;
};

it('who a proxy names cannot call himself otherwise; others say who they are, on one plain line', async () => {
  expect(await said({ role: 'control', who: 'anna' }, 'bert')).toBe('anna');
  expect(await said({ role: 'control' }, 'bert (yard ctl)')).toBe('bert (yard ctl)');
  for (const who of [undefined, '', 'a\nb', '<b>', 'x'.repeat(61), {}, 3]) expect(await said({ role: 'control' }, who)).toBe('viewer');
  expect(await said({ role: 'look', who: 'anna' })).toBe('ROLE');
});
