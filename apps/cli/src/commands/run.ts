import { ALL_TRAINS, RecordedTrains, StreamTrains, parseStreams, parseTrainRange, type StreamSocket, type TrainSource } from '@trainyard/runtime';
import { YardError } from '@trainyard/core';
import { launch, type LaunchOptions } from '../launch.ts';
import { EXIT, exitWhenSent, printJson, say } from '../output.ts';
import { sayAddresses } from '../say-addresses.ts';
import { runOf } from '../what.ts';

export interface RunOptions extends LaunchOptions {
  readonly run?: string;
  readonly data?: string;
  readonly stream?: readonly string[];
  readonly stack?: string;
  readonly trains?: string;
  readonly socket: StreamSocket;
  readonly wait: number;
}

/** `yard run`: a list or views file on a run, on one or several streams, or on a stack, to its end. */
export async function run(what: string, options: RunOptions): Promise<void> {
  const source = await openSource(options);
  const launched = await launch('run', what, source, options);
  if (launched.access.people !== '') sayAddresses(launched.access, launched.server.url, options.edit === true);
  let gone: NodeJS.Timeout | undefined;
  if (source instanceof StreamTrains) {
    gone = setInterval(() => {
      if (Date.now() - source.lastAlive < options.wait * 1000) return;
      clearInterval(gone);
      say(`Nothing came for ${options.wait} s (--wait changes the patience). ${source.status.message}`);
      launched.stop(EXIT.gone);
    }, 500);
  }
  const seen = options.json ? setInterval(() => printJson({ type: 'progress', ...launched.engine.state().trains }), 2000) : undefined;
  const skipped = source instanceof RecordedTrains ? source.skipped : [];
  for (const { file, reason } of skipped) say(`Skipped ${file}: ${reason}`);
  const code = await launched.done;
  clearInterval(gone);
  clearInterval(seen);
  const exit = code === EXIT.done && skipped.length ? EXIT.partly : code;
  if (options.publish === undefined || code === EXIT.interrupted) process.exit(exit);
  exitWhenSent(exit);
}

async function openSource({ run, data, stream, stack, trains, socket, workers }: RunOptions): Promise<TrainSource> {
  const given = [run, stream, stack].filter((one) => one !== undefined);
  if (given.length !== 1) throw new YardError('RUN_SOURCE', `Say what to run on: one of --run DIR, --stream ENDPOINT or --stack FILE${given.length ? '; several were given' : ''}.`);
  const range = trains === undefined ? ALL_TRAINS : parseTrainRange(trains);
  if (run !== undefined) return RecordedTrains.ofRun(runOf(run, data), range);
  if (stack !== undefined) return RecordedTrains.ofStack(stack, range);
  return new StreamTrains(parseStreams(stream!, socket), range, workers);
}
