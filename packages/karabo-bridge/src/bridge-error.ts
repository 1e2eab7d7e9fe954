/** Where in a message something is wrong; the parts that are known. */
export interface BridgeWhere {
  /** Index of the frame in the multipart message, from 0. */
  readonly frame?: number;
  /** Byte within that frame. */
  readonly byte?: number;
  readonly source?: string;
  /** Key, with the place inside a nested value behind it: `list[3].x`. */
  readonly path?: string;
}

/** The codes a caller may switch on. Each message says what was wrong, where, and what to do where that is not plain. */
export type BridgeErrorCode =
  | 'BRIDGE_FRAMES' // frames that do not pair up, or too many of them
  | 'BRIDGE_MSGPACK' // bytes that are not msgpack, cut short, or with bytes left over
  | 'BRIDGE_LIMIT' // nested too deeply, or too many values
  | 'BRIDGE_HEADER' // a 2.2 header, or the outer map of 1.0, without what it must have
  | 'BRIDGE_KEY' // a key that is no string, is `__proto__`, or comes twice
  | 'BRIDGE_DTYPE' // an array of a type that is not plain numbers or fixed strings
  | 'BRIDGE_OBJECT_ARRAY' // a pickled array: reading it would run the sender's code
  | 'BRIDGE_SHAPE' // shape, dtype and number of bytes disagree
  | 'BRIDGE_TRAIN_ID' // a train ID that is no integer in 0..2^53-1
  | 'BRIDGE_ERROR_REPLY' // the server answered with a text instead of a train
  | 'BRIDGE_UNSENDABLE' // a value that the format has no place for
  | 'BRIDGE_OPTION' // an option that makes no sense
  | 'BRIDGE_ENDPOINT' // an endpoint that cannot be connected to or bound
  | 'BRIDGE_TIMEOUT'
  | 'BRIDGE_ABORTED'
  | 'BRIDGE_BUSY' // a second next() while the first still waits
  | 'BRIDGE_CLOSED';

/** Everything this package refuses, with a code, what is wrong and where. */
export class BridgeError extends Error {
  override readonly name = 'BridgeError';
  readonly code: BridgeErrorCode;
  readonly where: BridgeWhere;

  constructor(code: BridgeErrorCode, what: string, where: BridgeWhere = {}) {
    super(what + placeOf(where));
    this.code = code;
    this.where = where;
  }
}

function placeOf(where: BridgeWhere): string {
  const parts: string[] = [];
  if (where.source !== undefined) parts.push(`source ${quote(where.source)}`);
  if (where.path !== undefined) parts.push(`key ${quote(where.path)}`);
  if (where.frame !== undefined) parts.push(where.byte === undefined ? `frame ${where.frame}` : `frame ${where.frame}, byte ${where.byte}`);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** Text from outside, made fit for a message: short, and with control characters escaped. */
export function quote(text: string, most = 120): string {
  return JSON.stringify(text.length > most ? `${text.slice(0, most)}…` : text);
}
