import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { memorySettings } from './allocator.ts';
import { crashOf } from './crash-of.ts';
import { oomKills } from './oom-kills.ts';
import { SUPERVISED, type Address, type Crashed, type ToSupervisor, type ToYard } from './supervision.ts';

/** So many crashes within so long, and it is not started again. */
const CRASHES = 5;
const WITHIN_MS = 600_000;
/** The pause before the next start; it doubles with each crash of the last ten minutes. */
const FIRST_PAUSE_MS = 100;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How a yard ended. */
interface Ended {
  readonly pid: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly wasUp: boolean;
  readonly inOrder: boolean;
}

/**
 * The parent of `yard live`: starts the same command once more as its child and, when that one crashes, again. It does nothing else, so that nothing
 * can go wrong in it: output goes past it, signals and exit codes go through it. Loaded before anything heavy.
 */
export async function supervise(): Promise<never> {
  let child: ChildProcess | undefined;
  let stopping: NodeJS.Signals | undefined;
  let wake: () => void = () => undefined;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      stopping ??= signal;
      // From a terminal the child has it already: it takes two within half a second for one.
      child?.kill(signal);
      wake();
    });
  }
  let address: Address | undefined;
  let suspects: readonly string[] = [];
  let crashed: Crashed | undefined;
  const crashes: number[] = [];

  for (;;) {
    const killedBefore = oomKills();
    const ended = await new Promise<Ended>((resolve) => {
      child = start(crashed);
      let wasUp = false;
      let inOrder = false;
      suspects = [];
      child.on('message', (message: ToSupervisor) => {
        if (message.type === 'up') {
          wasUp = true;
          ({ address } = message);
        } else if (message.type === 'suspects') suspects = message.views;
        else inOrder = true;
      });
      child.once('error', (error) => {
        process.stderr.write(`yard cannot be started: ${error.message}\n`);
        process.exit(1);
      });
      child.once('exit', (code, signal) => resolve({ pid: child!.pid!, code, signal, wasUp, inOrder }));
    });
    child = undefined;
    const by = crashOf(ended, oomKills() > killedBefore);
    const exit = ended.code ?? 128 + constants.signals[ended.signal!];
    if (by === undefined || stopping !== undefined) process.exit(exit);

    const now = Date.now();
    crashes.push(now);
    while (crashes[0]! < now - WITHIN_MS) crashes.shift();
    process.stderr.write(`${new Date(now).toTimeString().slice(0, 8)} yard (process ${ended.pid}) was ended by ${by}.\n`);
    if (crashes.length >= CRASHES) {
      process.stderr.write(`It crashed ${crashes.length} times within ${Math.ceil((now - crashes[0]!) / 60_000)} min and is not started again. Its state is kept: start it once more when the cause is found.\n`);
      process.exit(exit || 1);
    }
    crashed = { pid: ended.pid, at: now, by, suspects, ...(address && { address }) };
    await new Promise<void>((resolve) => {
      wake = resolve;
      setTimeout(resolve, FIRST_PAUSE_MS * 2 ** (crashes.length - 1));
    });
    if (stopping !== undefined) process.exit(128 + constants.signals[stopping]);
  }
}

function start(crashed: Crashed | undefined): ChildProcess {
  const [, main, ...args] = process.argv;
  const child = spawn(process.execPath, [...process.execArgv, main!, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ...memorySettings(), [SUPERVISED]: '1' },
  });
  child.send({ type: 'start', ...(crashed && { crashed }) } satisfies ToYard, () => undefined);
  return child;
}
