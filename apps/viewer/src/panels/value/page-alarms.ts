import { useSyncExternalStore } from 'react';
import { AlarmWatch } from './alarm-watch.ts';
import { Alarms, type Alarm } from './alarms.ts';
import type { Verdict } from './limits.ts';

let audio: AudioContext | undefined;

/** Two tones, three times: heard beside pumps, and like nothing else in a control room. */
function beep(): void {
  audio ??= new AudioContext();
  void audio.resume();
  const begin = audio.currentTime + 0.02;
  for (let k = 0; k < 6; k++) {
    const tone = audio.createOscillator();
    const gain = audio.createGain();
    tone.frequency.value = k % 2 === 0 ? 880 : 660;
    const at = begin + k * 0.16;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(0.25, at + 0.02);
    gain.gain.linearRampToValueAtTime(0, at + 0.15);
    tone.connect(gain).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.16);
  }
}

const mark = /^⚠ [^·]* · /;

/** The title of the window says it too: it is read in the task bar. */
function setTitle(alarms: readonly Alarm[]): void {
  const plain = document.title.replace(mark, '');
  document.title = alarms.length === 0 ? plain : `⚠ ${alarms.length === 1 ? alarms[0].title.replaceAll('·', ' ') : `${alarms.length} alarms`} · ${plain}`;
}

export const pageAlarms = new Alarms({ beep, setTitle });
export const alarmWatch = new AlarmWatch(pageAlarms);

export function useVerdict(key: string | undefined): Verdict {
  return useSyncExternalStore(alarmWatch.subscribe, () => alarmWatch.verdict(key));
}

export function useAlarm(key: string | undefined): Alarm | undefined {
  return useSyncExternalStore(pageAlarms.subscribe, () => pageAlarms.list().find((one) => one.key === key));
}

export function useSound(): boolean {
  return useSyncExternalStore(pageAlarms.subscribe, pageAlarms.hasSound);
}
