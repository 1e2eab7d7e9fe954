import { setTimeout as wait } from 'node:timers/promises';
import type { ActionState, CollectingProgress } from '@trainyard/control';
import { YardError } from '@trainyard/core';
import { duration } from '../duration.ts';
import { EXIT, onTerminal, printJson, say } from '../output.ts';
import { print, table } from '../print.ts';
import { actionNamed, control, stateOf, theYard, type RunningOptions } from '../yard-client.ts';

const LOOK_MS = 250;
/** So long after its end a scan's file is waited for. */
const FILE_MS = 20_000;

/** `yard ctl scan NAME`: starts a scan and follows it; 0 when it has all its points, 1 when it ended before, 130 when it was cancelled by Ctrl-C. */
export async function scan(word: string | undefined, options: RunningOptions): Promise<void> {
  const yard = theYard(options);
  const state = await stateOf(yard);
  if (word === undefined) return list(state.actions.filter(({ isScan }) => isScan), options);
  const { group, name, title, isScan } = actionNamed(state, word);
  if (!isScan) throw new YardError('SCAN_NONE', `${title} is an action: yard ctl action ${name} starts it.`);
  await control(yard, { verb: 'action', group, name });
  let cancelled = false;
  process.on('SIGINT', () => {
    cancelled = true;
    void control(yard, { verb: 'cancel', group, name }).catch(() => undefined);
  });
  for (let endedAt = Infinity; ; ) {
    const now = actionNamed(await stateOf(yard), `${group}/${name}`);
    if (!now.progress) {
      endedAt = Math.min(endedAt, Date.now());
      if (now.file !== undefined || Date.now() - endedAt > FILE_MS) return end(now, cancelled, options);
    } else if (options.json) printJson({ type: 'progress', ...now.progress });
    else if (onTerminal) process.stderr.write(`\r\u001b[K${title}: ${progressText(now.progress)}`);
    await wait(LOOK_MS);
  }
}

function list(scans: readonly ActionState[], { json }: RunningOptions): void {
  if (json) for (const one of scans) printJson(one);
  else if (scans.length === 0) say('The views of this yard declare no scan.');
  else print(table(scans.map(({ group, name, title, progress, message }) => [`${group}/${name}`, title, progress ? progressText(progress) : (message ?? 'not started')])));
}

function end({ title, message = '', whole, file }: ActionState, cancelled: boolean, { json }: RunningOptions): void {
  if (onTerminal && !json) process.stderr.write('\r\u001b[K');
  if (json) printJson({ type: 'done', whole: whole === true, message, ...(file !== undefined && { file }) });
  else say(`${title}: ${message}`);
  process.exit(cancelled ? EXIT.interrupted : whole ? EXIT.done : EXIT.partly);
}

function progressText({ done, of, point, points, train, trains, leftMs }: CollectingProgress): string {
  if (point === undefined) return `${done} of ${of} trains`;
  return `point ${point}${points === undefined ? '' : ` of ${points}`}, train ${train} of ${trains}${leftMs === undefined ? '' : `, ${duration(leftMs / 1000)} left`}`;
}
