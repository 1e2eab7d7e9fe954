import type { Engine } from '@trainyard/runtime';
import { say } from './output.ts';

/** So long views may still run after SIGINT or SIGTERM: batch systems kill after 30 s. */
const PATIENCE_MS = 10_000;
/** A parent, or a terminal and a parent, may give a signal twice at once; a person who gives it again later has waited long enough. */
const TWICE_MS = 500;

/** Ends a yard in order on SIGINT, SIGTERM and SIGHUP; gives back the same for other occasions. */
export function endOnSignals(engine: Engine, stop: () => void): () => void {
  let interrupted = 0;
  const end = (): void => {
    const now = Date.now();
    if (interrupted && now - interrupted > TWICE_MS) engine.hurry();
    interrupted ||= now;
    stop();
    setTimeout(() => say('Waiting for views that still run; Ctrl-C once more ends them.'), 2000).unref();
    setTimeout(() => engine.hurry(), PATIENCE_MS).unref();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  return end;
}
