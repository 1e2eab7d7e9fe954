import type { ControlVerb } from '@trainyard/control';
import { printJson, say } from '../output.ts';
import { readSets } from '../sets.ts';
import { actionNamed, control, stateOf, theYard, type RunningOptions } from '../yard-client.ts';

/** `yard ctl set [group.]name=value ...` */
export async function set(sets: readonly string[], options: RunningOptions): Promise<void> {
  for (const [key, value] of Object.entries(readSets(sets))) {
    const dot = key.lastIndexOf('.');
    await tell({ verb: 'set', group: key.slice(0, Math.max(dot, 0)), name: key.slice(dot + 1), value }, options, `${key} is set`);
  }
}

/** `yard ctl write [group.]name`: the value that it has now, into the user's file. */
export async function write(name: string, options: RunningOptions): Promise<void> {
  const dot = name.lastIndexOf('.');
  await tell({ verb: 'write', group: name.slice(0, Math.max(dot, 0)), name: name.slice(dot + 1) }, options, `${name} is written`);
}

/** `yard ctl action [group/]name`: presses a button. */
export async function action(name: string, options: RunningOptions): Promise<void> {
  const { group, name: found, title } = actionNamed(await stateOf(theYard(options)), name);
  await tell({ verb: 'action', group, name: found }, options, `${title}: started`);
}

/** `yard ctl cancel [group/]name`: ends an action or a scan. */
export async function cancel(name: string, options: RunningOptions): Promise<void> {
  const { group, name: found } = actionNamed(await stateOf(theYard(options)), name);
  await tell({ verb: 'cancel', group, name: found }, options, 'cancelled');
}

/** `yard ctl clear [name]`: averages and histograms of a view or group, or all; or a constant. */
export async function clear(name: string | undefined, options: RunningOptions): Promise<void> {
  await tell({ verb: 'clear', ...(name !== undefined && { name }) }, options, 'cleared');
}

/** `yard ctl reload`. */
export async function reload(options: RunningOptions): Promise<void> {
  await tell({ verb: 'reload' }, options, 'the code is loaded again');
}

/** `yard ctl suspend [VIEW]`: a view or group is not run; without one no trains are taken, and the workers are let go. */
export async function suspend(name: string | undefined, options: RunningOptions): Promise<void> {
  await tell({ verb: 'suspend', ...(name !== undefined && { name }) }, options, 'suspended');
}

/** `yard ctl resume [VIEW]`: goes on; also a view that was set aside is tried again. */
export async function resume(name: string | undefined, options: RunningOptions): Promise<void> {
  await tell({ verb: 'resume', ...(name !== undefined && { name }) }, options, 'goes on');
}

/** `yard ctl stop`: ends it in order; what was finished is whole. */
export async function stop(options: RunningOptions): Promise<void> {
  await tell({ verb: 'stop' }, options, 'stopping');
}

async function tell(verb: ControlVerb, options: RunningOptions, done: string): Promise<void> {
  const message = (await control(theYard(options), verb)) ?? done;
  if (options.json) printJson({ type: 'done', verb: verb.verb, message });
  else say(message);
}
