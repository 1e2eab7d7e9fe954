/** Below this a buffer may be shared with others (Node's pool), and is not worth the call. */
const WORTH_BYTES = 65536;

/**
 * Gives the memory of received frames back at once, to be called when what is needed was copied out.
 *
 * Otherwise it lies there until a garbage collection, and each train is received into fresh memory: at 4 MB a train,
 * releasing more than doubles the rate. Afterwards every view on a large frame (each `BridgeArray` of the train) has length 0.
 */
export function release(frames: readonly Uint8Array[]): void {
  for (const frame of frames) {
    const { buffer } = frame;
    if (buffer instanceof ArrayBuffer && frame.byteLength === buffer.byteLength && frame.byteLength >= WORTH_BYTES) buffer.transfer(0);
  }
}
