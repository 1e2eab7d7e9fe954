import { isBridgeArray, type BridgeValue } from '@trainyard/karabo-bridge';
import type { FromReceiver, SeenKey } from './receive-messages.ts';

/** Says what the sources of a stream have, when one is new or has changed. A message that brings nothing new costs no memory. */
export class SeenSources {
  readonly #send: (message: FromReceiver) => void;
  readonly #described = new Map<string, readonly SeenKey[]>();
  /** Sources without a train ID, and what they send in its place. */
  readonly #untimed = new Map<string, string>();

  constructor(send: (message: FromReceiver) => void) {
    this.#send = send;
  }

  describe(source: string, values: ReadonlyMap<string, BridgeValue>): void {
    const known = this.#described.get(source);
    if (known?.length === values.size) {
      let i = 0;
      for (const [key, value] of values) {
        const { key: before, dtype, shape } = known[i++]!;
        if (key !== before || dtypeOf(value) !== dtype || shapeOf(value).length !== shape.length) return this.#say(source, values);
      }
      return;
    }
    this.#say(source, values);
  }

  #say(source: string, values: ReadonlyMap<string, BridgeValue>): void {
    const keys = Array.from(values, ([key, value]) => ({ key, dtype: dtypeOf(value), shape: shapeOf(value) }));
    this.#described.set(source, keys);
    this.#send({ type: 'tree', source, keys });
  }

  /** Whether a source has a train ID; `id` is what it sends where it has none. */
  timed(source: string, id: BridgeValue | undefined, isNone: boolean): void {
    const before = this.#untimed.get(source);
    if (!isNone) {
      if (before === undefined) return;
      this.#untimed.delete(source);
      this.#send({ type: 'untimed', source, sends: undefined });
      return;
    }
    const sends = id === undefined ? 'no train ID' : id === 0 ? 'the train ID 0, as devices without a clock do' : `${typeof id === 'object' ? 'something' : JSON.stringify(String(id)).slice(0, 40)} for a train ID`;
    if (before === sends) return;
    this.#untimed.set(source, sends);
    this.#send({ type: 'untimed', source, sends });
  }
}

function dtypeOf(value: BridgeValue): string {
  if (isBridgeArray(value)) return value.dtype;
  if (Array.isArray(value)) return 'list';
  return NAMES[typeof value] ?? typeof value;
}

const NAMES: Partial<Record<string, string>> = { number: 'float64', boolean: 'bool', string: 'str' };

const NO_AXES: readonly number[] = [];

function shapeOf(value: BridgeValue): readonly number[] {
  if (isBridgeArray(value)) return value.shape;
  return Array.isArray(value) ? [value.length] : NO_AXES;
}
