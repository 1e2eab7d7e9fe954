/** A simulated train as the Karabo bridge sends it. */
import { BridgeFloat, metadataFor } from '@trainyard/karabo-bridge';
import type { Sendable, SendableSource, SendableTrain } from '@trainyard/karabo-bridge';
import { isSimArray } from './sim-train.ts';
import type { SimTrain, SimValue } from './sim-train.ts';

/** Sources with their metadata and values. The bytes of arrays are shared with the loop, not copied. */
export function bridgeMessage(train: SimTrain): SendableTrain {
  const milliseconds = Number(train.timestamp / 1000n) / 1000;
  const message = new Map<string, SendableSource>();
  for (const [source, keys] of train.sources) {
    const values = new Map<string, Sendable>();
    for (const [key, value] of keys) values.set(key, sendable(value));
    message.set(source, { metadata: metadataFor(source, train.trainId, milliseconds), values });
  }
  return message;
}

function sendable(value: SimValue): Sendable {
  // Every plain number of the table is a float: a position that happens to be whole stays one in Python.
  if (typeof value === 'number') return new BridgeFloat(value);
  if (!isSimArray(value)) return value;
  const { dtype, shape, data } = value;
  return { dtype, shape, bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}
