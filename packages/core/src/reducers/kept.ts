/** Trains kept as they came, in order. */
export interface Kept<T> {
  readonly trainIds: number[];
  readonly entries: T[];
}

/** What the reducers that keep each train have in common: `initial`, `merge` and `forget`. */
export function keeping<T>() {
  return {
    initial: (): Kept<T> => ({ trainIds: [], entries: [] }),
    merge: (a: Kept<T>, b: Kept<T>): Kept<T> => ({ trainIds: [...a.trainIds, ...b.trainIds], entries: [...a.entries, ...b.entries] }),
    forget(state: Kept<T>, trainId: number): Kept<T> {
      const at = state.trainIds.findIndex((id) => id >= trainId);
      const gone = at < 0 ? state.trainIds.length : at;
      state.trainIds.splice(0, gone);
      state.entries.splice(0, gone);
      return state;
    },
  };
}

/** Adds a train; `entry` is the state's own. */
export function kept<T>(state: Kept<T>, trainId: number, entry: T): Kept<T> {
  state.trainIds.push(trainId);
  state.entries.push(entry);
  return state;
}
