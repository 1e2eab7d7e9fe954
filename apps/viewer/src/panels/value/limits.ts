import { formatAge, formatNumber } from '../../ui/format.ts';

/** Between the warning limits is good, beyond the alarm limits is an alarm. Each may be absent. */
export interface Limits {
  readonly alarmLow?: number | undefined;
  readonly warnLow?: number | undefined;
  readonly warnHigh?: number | undefined;
  readonly alarmHigh?: number | undefined;
}

export type Level = 'good' | 'warn' | 'alarm' | 'free';

export interface Verdict {
  /** `free`: there are no limits, or nothing to compare with them. */
  readonly level: Level;
  /** In words: never by colour alone. */
  readonly text: string;
}

export function verdictOf(value: number | undefined, { alarmLow, warnLow, warnHigh, alarmHigh }: Limits): Verdict {
  if (![alarmLow, warnLow, warnHigh, alarmHigh].some((limit) => limit !== undefined)) return { level: 'free', text: '' };
  if (value === undefined) return { level: 'free', text: 'no number to compare with the limits' };
  if (Number.isNaN(value)) return { level: 'alarm', text: 'is NaN' };
  if (alarmLow !== undefined && value < alarmLow) return { level: 'alarm', text: `below ${formatNumber(alarmLow)}` };
  if (alarmHigh !== undefined && value > alarmHigh) return { level: 'alarm', text: `above ${formatNumber(alarmHigh)}` };
  if (warnLow !== undefined && value < warnLow) return { level: 'warn', text: `below ${formatNumber(warnLow)}` };
  if (warnHigh !== undefined && value > warnHigh) return { level: 'warn', text: `above ${formatNumber(warnHigh)}` };
  return { level: 'good', text: 'within limits' };
}

/** The same, where a value that stays away is an alarm as well. `ageMs`: since the newest came; undefined when none has. */
export function verdictWithAge(value: number | undefined, limits: Limits, ageMs: number | undefined, staleSeconds: number | undefined, waitedMs: number): Verdict {
  const silent = ageMs ?? waitedMs;
  if (staleSeconds !== undefined && silent > staleSeconds * 1000) return { level: 'alarm', text: ageMs === undefined ? `no value yet, for ${formatAge(waitedMs)}` : `no value for ${formatAge(ageMs)}` };
  if (ageMs === undefined) return { level: 'free', text: '' };
  return verdictOf(value, limits);
}
