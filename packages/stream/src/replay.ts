import type { Recording } from './recording.ts';
import { serve, type Due, type ServeOptions } from './serve.ts';

export interface ReplayOptions extends Omit<ServeOptions, 'version'> {
  /** Times as fast as it was recorded (1, the default); Infinity: as fast as messages are taken. */
  readonly speed?: number;
}

/** Sends a recorded stream again, byte for byte, at its own pace. Gives back how many messages went out. */
export function replay(recording: Recording, options: ReplayOptions = {}): Promise<number> {
  return serve(messagesOf(recording, options.speed ?? 1), options);
}

function* messagesOf(recording: Recording, speed: number): Generator<Due> {
  const first = recording.received[0] ?? 0;
  for (let i = 0; i < recording.messages; i++) yield { message: recording.message(i), at: speed === Infinity ? 0 : Math.max(0, recording.received[i]! - first) / speed };
}
