import type { ControlRequest, ControlVerb, Reply } from '@trainyard/control';
import { YardError } from '@trainyard/core';
import type { Engine } from '../engine/engine.ts';
import { mayOnlyLook, nameOf, type Caller } from './access.ts';

/** What people change in a running yard, over the socket or over HTTP. */
export class ControlVerbs {
  readonly #engine: Engine;
  readonly #onStop: () => void;
  constructor(engine: Engine, onStop: () => void) {
    this.#engine = engine;
    this.#onStop = onStop;
  }

  /** `from` is the name of who gives none. */
  async answer(message: ControlRequest, caller: Caller, from: string): Promise<Reply> {
    const base = { type: 'reply' as const, request: message.request };
    try {
      if (caller.role !== 'control') throw mayOnlyLook();
      const said = await this.#do(message, caller.who ?? nameOf(message.who) ?? from);
      return { ...base, ok: true, ...(said !== undefined && { message: said }) };
    } catch (error) {
      return { ...base, ok: false, code: (error as { code?: string }).code ?? 'CONTROL', message: (error as Error).message };
    }
  }

  async #do(verb: ControlVerb, who: string): Promise<string | undefined> {
    const engine = this.#engine;
    for (const word of ['group', 'name'] as const) {
      const needed = verb.verb === 'set' || verb.verb === 'action' || verb.verb === 'cancel' || verb.verb === 'write';
      const given = (verb as Partial<Record<typeof word, unknown>>)[word];
      if (typeof given !== 'string' && (needed || given !== undefined)) throw new YardError('BODY', `"${verb.verb}" takes "${word}" as a text.`);
    }
    switch (verb.verb) {
      case 'set':
        return `${verb.name} = ${JSON.stringify(await engine.byHand.set(verb.group, verb.name, verb.value, who))}`;
      case 'write':
        return engine.byHand.write(verb.group, verb.name, who);
      case 'action':
        engine.byHand.action(verb.group, verb.name, who);
        return undefined;
      case 'freeze':
        return engine.byHand.freeze(verb.name, verb.next === true);
      case 'cancel':
        return engine.byHand.cancel(verb.group, verb.name, 'control');
      case 'clear':
        return engine.byHand.clear(verb.name, who);
      case 'reload': {
        await engine.reload(who);
        const { error } = engine.state().generation;
        if (error) throw new YardError(error.code, error.message);
        return undefined;
      }
      case 'play':
        engine.byHand.play(verb);
        return undefined;
      case 'suspend':
        return verb.name === undefined ? engine.standby.suspend(who) : engine.held.suspend(verb.name, who);
      case 'resume':
        return verb.name === undefined ? engine.standby.resume(who) : engine.held.resume(verb.name, who);
      case 'stop':
        setTimeout(this.#onStop, 20);
        return 'stopping';
      default:
        throw new YardError('VERB', `There is no verb "${(verb as { verb?: string }).verb}".`);
    }
  }
}
