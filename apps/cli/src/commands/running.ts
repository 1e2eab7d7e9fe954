import { setTimeout as wait } from 'node:timers/promises';
import { runningEndpoints } from '@trainyard/runtime';
import { EXIT, fail, printJson, say } from '../output.ts';
import { ago, print, table } from '../print.ts';
import { topTable } from '../top-table.ts';
import { hasNoValue, whyView } from '../why-view.ts';
import { stateOf, theYard, viewsNamed, type RunningOptions } from '../yard-client.ts';

/** `yard ps`: the yards that run now. */
export async function ps({ json, pid }: RunningOptions): Promise<void> {
  const running = runningEndpoints().filter((yard) => pid === undefined || yard.pid === pid);
  if (running.length === 0) {
    say('No yard runs on this machine under this user.');
    process.exit(EXIT.refused);
  }
  const rows: string[][] = [];
  for (const yard of running) {
    const state = await stateOf(yard).catch(() => undefined);
    if (json) printJson({ pid: yard.pid, verb: yard.verb, name: yard.name, folder: yard.folder, url: `${yard.url}/?token=${yard.token}`, startedAt: yard.startedAt, ...(state && { source: state.source, trains: state.trains }) });
    else rows.push([String(yard.pid), yard.verb, yard.name, state ? `${state.trains.done} trains, ${state.trains.rate.toFixed(1)}/s` : 'does not answer', `started ${ago(Date.now() - yard.startedAt)}`, `${yard.url}/?token=${yard.token}`]);
  }
  if (!json) print(table(rows));
}

/** `yard why [VIEW]`: why there is no data. */
export async function why(name: string | undefined, options: RunningOptions): Promise<void> {
  const state = await stateOf(theYard(options));
  const views = name === undefined ? state.views.filter(hasNoValue) : viewsNamed(state, name);
  if (options.json) {
    for (const { id, counts, newest, lastFailure, where, rate } of views) printJson({ view: id, outcome: newest?.outcome ?? null, message: newest?.message ?? state.source.message, counts, rate, ...(newest && { newest }), ...(lastFailure && { lastFailure }), ...(where && { where }) });
    return;
  }
  if (state.source.status === 'suspended') print(state.source.message);
  const { error } = state.generation;
  if (error) print(`The newest save is not loaded, the views before it run on: ${[error.file, error.line, error.column].filter((part) => part !== undefined).join(':')}: ${error.message} (${error.code})`);
  if (views.length) print(views.map((view) => whyView(view, state, Date.now())).join('\n'));
  else print(state.views.length ? `All ${state.views.length} views have a value for their newest train (${state.trains.rate.toFixed(1)} trains/s).` : `No views are loaded. ${state.source.message}`);
}

const REFRESH_MS = 500;

/** `yard top`: a table of the views; on a terminal anew twice a second until q or Ctrl-C. */
export async function top(options: RunningOptions & { readonly once?: boolean }): Promise<void> {
  const yard = theYard(options);
  if (options.json) return printJson(await stateOf(yard));
  if (options.once || !process.stdout.isTTY) return print(topTable(await stateOf(yard), Date.now()));
  const restore = takeTerminal();
  let failure: unknown;
  try {
    for (let ended = false; !ended; ) {
      const state = await stateOf(yard);
      const lines = topTable(state, Date.now()).split('\n').slice(0, process.stdout.rows - 1).map((line) => line.slice(0, process.stdout.columns));
      process.stdout.write(`\u001b[H${lines.map((line) => `${line}\u001b[K`).join('\n')}\n\u001b[J`);
      ended = await Promise.race([restore.asked.then(() => true), wait(REFRESH_MS, false)]);
    }
  } catch (error) {
    failure = error;
  } finally {
    restore.back();
  }
  if (failure) fail(failure);
  process.exit(EXIT.done);
}

/** The alternate screen without a cursor; given back whatever ends the program. */
function takeTerminal(): { readonly asked: Promise<void>; readonly back: () => void } {
  let done = false;
  const back = (): void => {
    if (done) return;
    done = true;
    process.stdout.write('\u001b[?25h\u001b[?1049l');
    if (process.stdin.isTTY) process.stdin.setRawMode(false);
    process.stdin.pause();
  };
  process.stdout.write('\u001b[?1049h\u001b[?25l');
  process.on('exit', back);
  const asked = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
    if (process.stdin.isTTY) {
      process.stdin.setRawMode(true);
      process.stdin.on('data', (key: Buffer) => ['q', '\u0003', '\u001b'].includes(key.toString()) && resolve());
    }
  });
  return { asked, back };
}
