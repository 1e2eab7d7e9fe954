import { TRAINS_PER_SECOND } from '../panels/history/history-content.ts';

/** How far one can go back, in words. `isLive`: trains come ten a second. */
export function keptText(trains: readonly number[], wholeSince: number, isLive: boolean): string {
  if (trains.length === 0) return 'No train is kept yet.';
  const whole = trains.filter((train) => train >= wholeSince).length;
  const seconds = (trains.at(-1)! - trains[0]) / TRAINS_PER_SECOND;
  const kept = `${trains.length} ${trains.length === 1 ? 'train is' : 'trains are'} kept${isLive ? `, of the last ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s` : ''}`;
  return whole === trains.length ? `${kept}.` : `${kept}; the last ${whole} in every panel.`;
}
