/** The train so many kept ones before or after another; the first or last where there are no more. */
export function stepFrom(trains: readonly number[], from: number, by: number): number {
  const at = trains.findLastIndex((train) => train <= from);
  return trains[Math.min(trains.length - 1, Math.max(0, at + by))] ?? from;
}
