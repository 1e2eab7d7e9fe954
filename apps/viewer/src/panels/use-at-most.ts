import { useEffect, useRef } from 'react';

/** Calls `draw` at most every so many milliseconds, however often the function given back is called; the last call counts. */
export function useAtMost(draw: () => void, ms: number): () => void {
  const newest = useRef({ draw, ms });
  newest.current = { draw, ms };
  const state = useRef<{ at: number; timer: ReturnType<typeof setTimeout> | undefined }>({ at: -Infinity, timer: undefined });
  useEffect(() => () => clearTimeout(state.current.timer), []);
  return useRef(() => {
    const now = performance.now();
    const wait = state.current.at + newest.current.ms - now;
    const run = () => {
      clearTimeout(state.current.timer);
      state.current = { at: performance.now(), timer: undefined };
      newest.current.draw();
    };
    if (wait <= 0) run();
    else state.current.timer ??= setTimeout(run, wait);
  }).current;
}
