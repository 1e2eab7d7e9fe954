import { setTimeout as wait } from 'node:timers/promises';
import { runningEndpoints } from '@trainyard/runtime';
import { EXIT, fail, printJson, say } from '../output.ts';
import { duration, print, table } from '../print.ts';
import { topTable, type TopOrder } from '../top-table.ts';
import { whyAll } from '../why/why-all.ts';
import { hasNoValue, whyText, whyView } from '../why/why-view.ts';
import { yardCauses } from '../why/yard-causes.ts';
import { stateOf, theYard, viewsNamed, type RunningOptions } from '../yard-client.ts';

/** `yard ps`: the yards that run now. */
export async function ps({ json, pid }: RunningOptions): Promise<void> {
  const running = runningEndpoints().filter((yard) => pid === undefined || yard.pid === pid);
  if (running.length === 0) {
    say('No yard runs on this machine under this user.');
    process.exit(EXIT.refused);
  }
  const rows: string[][] = [['PID', 'VERB', 'LIST', 'TRAINS', 'RATE', 'MEMORY', 'UP', 'FOLDER', 'ADDRESS']];
  for (const yard of running) {
    const state = await stateOf(yard).catch(() => undefined);
    const url = `${yard.url}/?token=${yard.token}`;
    if (json) {
      const { pid: process, supervisor, verb, name, folder, startedAt } = yard;
      printJson({ pid: process, ...(supervisor !== undefined && { supervisor }), verb, name, folder, url, ...(yard.lookToken !== undefined && { look: `${yard.url}/?token=${yard.lookToken}` }), startedAt, ...(state && { source: state.source, trains: state.trains, residentBytes: state.process.residentBytes }) });
      continue;
    }
    const { trains, source, process: own } = state ?? {};
    const rate = source?.status === 'streaming' ? `${trains!.rate.toFixed(1)}/s` : (source?.status ?? 'does not answer');
    rows.push([String(yard.pid), yard.verb, yard.name, trains ? String(trains.done) : '-', rate, own ? `${(own.residentBytes / 1e6).toFixed(0)} MB` : '-', duration(Date.now() - yard.startedAt), yard.folder, url]);
  }
  if (!json) print(table(rows));
}

/** `yard why [VIEW]`: why there is no data. */
export async function why(name: string | undefined, options: RunningOptions): Promise<void> {
  const state = await stateOf(theYard(options));
  const now = Date.now();
  const views = name === undefined ? state.views.filter((view) => hasNoValue(view, now)) : viewsNamed(state, name);
  if (options.json) {
    printJson({ type: 'yard', causes: yardCauses(state, now), views: state.views.length, trains: state.trains });
    for (const view of views) printJson(whyView(view, state));
    return;
  }
  if (name === undefined) return print(whyAll(state, now));
  // Of a view that has values, it is the question only whether more will come.
  const isFine = views.every(({ newest }) => newest?.outcome === 'value');
  const causes = yardCauses(state, now).filter(({ code }) => !isFine || code === 'source' || code === 'quiet');
  print([...causes.map(({ message }) => message), ...views.map((view) => whyText(view, state, now))].join('\n'));
}

const REFRESH_MS = 1000;
const KEYS: Readonly<Record<string, TopOrder>> = { t: 'time', a: 'age', f: 'file' };

/** `yard top`: a table of the views; on a terminal anew every second until q or Ctrl-C, the keys t, a and f sort by time, age and as in the file. */
export async function top(options: RunningOptions & { readonly once?: boolean; readonly sort?: TopOrder }): Promise<void> {
  const yard = theYard(options);
  if (options.json) return printJson(await stateOf(yard));
  let order = options.sort ?? 'file';
  if (options.once || !process.stdout.isTTY) return print(topTable(await stateOf(yard), Date.now(), order));
  let pressed: () => void = () => undefined;
  const terminal = takeTerminal((key) => {
    order = KEYS[key] ?? order;
    pressed();
  });
  let failure: unknown;
  try {
    for (let ended = false; !ended; ) {
      const state = await stateOf(yard);
      const { rows, columns } = process.stdout;
      const lines = topTable(state, Date.now(), order, columns).split('\n').slice(0, rows - 1);
      process.stdout.write(`\u001b[H${lines.map((line) => `${line}\u001b[K`).join('\n')}\n\u001b[J`);
      const again = new Promise<boolean>((resolve) => (pressed = () => resolve(false)));
      ended = await Promise.race([terminal.asked.then(() => true), again, wait(REFRESH_MS, false)]);
    }
  } catch (error) {
    failure = error;
  } finally {
    terminal.back();
  }
  if (failure) fail(failure);
  process.exit(EXIT.done);
}

/** The alternate screen without a cursor; given back whatever ends the program. `asked` is resolved when it should. */
function takeTerminal(onKey: (key: string) => void): { readonly asked: Promise<void>; readonly back: () => void } {
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
      process.stdin.on('data', (key: Buffer) => (['q', '\u0003', '\u001b'].includes(key.toString()) ? resolve() : onKey(key.toString())));
    }
  });
  return { asked, back };
}
