import { startSim, writeSimRun } from '@trainyard/sim';
import { EXIT, exitWhenSent, onTerminal, printJson, say } from '../output.ts';

export interface SimCommand {
  readonly endpoint: string;
  readonly socket: 'REP' | 'PUB' | 'PUSH';
  readonly format: '1.0' | '2.2';
  readonly rate: number;
  readonly seed: number;
  readonly firstTrain: number;
  readonly trains?: number;
  readonly pulses: number;
  readonly detector: boolean;
  readonly small?: boolean;
  readonly lossless?: boolean;
  readonly write?: string;
  readonly json?: boolean;
}

/** `yard sim`: the simulated facility on a socket, or as a run on disk. */
export async function sim(options: SimCommand): Promise<void> {
  const { seed, firstTrain, pulses, detector, small = false } = options;
  const content = { seed, firstTrainId: firstTrain, pulses, detector, small };
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  if (options.write !== undefined) {
    const trains = options.trains ?? 100;
    await writeSimRun(options.write, { ...content, trains, signal: stop.signal, onProgress: (written) => onTerminal && process.stderr.write(`\r${written} of ${trains} trains`) });
    if (onTerminal) process.stderr.write('\r\u001b[K');
    if (options.json) printJson({ type: 'written', folder: options.write, trains });
    else say(`Written: ${options.write}, ${trains} trains`);
    return;
  }
  const running = await startSim({ ...content, endpoint: options.endpoint, socket: options.socket, version: options.format, rate: options.rate, lossless: options.lossless ?? false, signal: stop.signal, ...(options.trains !== undefined && { trains: options.trains }) });
  if (options.json) printJson({ type: 'listening', endpoint: running.endpoint });
  else say(`Simulated facility on ${running.endpoint}: ${options.rate} trains/s, ${options.socket}, format ${options.format}. Ctrl-C ends it.`);
  await running.done.catch(() => undefined);
  if (options.json) printJson({ type: 'summary', sent: running.sent(), dropped: running.dropped() });
  else say(`${running.sent()} trains sent${running.dropped() ? `, ${running.dropped()} left out because nobody asked in time` : ''}.`);
  if (stop.signal.aborted) process.exit(EXIT.interrupted);
  exitWhenSent(EXIT.done);
}
