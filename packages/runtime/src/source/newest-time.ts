import type { BridgeSource, BridgeValue } from '@trainyard/karabo-bridge';

/** What is older was recorded, not measured now: its age says nothing of this yard. */
const OLDEST_MS = 600_000;

/**
 * The newest time that the sources of a message claim, milliseconds since 1970. A time after the receipt or ten minutes before it is a
 * wrong clock, or a replay: undefined when there is no other. Sources of slow properties may give the time of their last change,
 * so the newest is the train's.
 */
export function newestTime(sources: readonly (readonly [string, BridgeSource])[], receivedAt: number): number | undefined {
  let newest: number | undefined;
  for (const [, { metadata }] of sources) {
    const at = timeOf(metadata);
    if (at <= receivedAt && at > receivedAt - OLDEST_MS && !(newest !== undefined && newest >= at)) newest = at;
  }
  return newest;
}

/** NaN where there is none. */
function timeOf(metadata: Readonly<Record<string, BridgeValue>>): number {
  const { timestamp } = metadata;
  if (typeof timestamp === 'number') return timestamp * 1000;
  const seconds = metadata['timestamp.sec'];
  const fraction = metadata['timestamp.frac'] ?? 0;
  if (typeof seconds !== 'string' && typeof seconds !== 'number') return Number.NaN;
  // 18 digits of attoseconds.
  return Number(seconds) * 1000 + Number(fraction) / 1e15;
}
