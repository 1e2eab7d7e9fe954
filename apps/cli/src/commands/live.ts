import { YardError } from '@trainyard/core';
import { ALL_TRAINS, PlayedTrains, RecordedTrains, StreamTrains, parseStreams, parseTrainRange, type StreamSocket, type TrainSource } from '@trainyard/runtime';
import { launch, type LaunchOptions } from '../launch.ts';
import { printJson, say } from '../output.ts';
import { sayAddresses } from '../say-addresses.ts';
import { runOf } from '../what.ts';

export interface LiveOptions extends LaunchOptions {
  readonly stream?: readonly string[];
  readonly run?: string;
  readonly data?: string;
  readonly stack?: string;
  readonly results?: string;
  readonly socket: StreamSocket;
  readonly trains?: string;
}

/** `yard live`: one or several streams, or recorded data with a train slider, in the browser, until it is stopped. */
export async function live(what: string | undefined, options: LiveOptions): Promise<void> {
  const source = await openSource(options);
  const launched = await launch('live', what, source, options);
  const { server, access } = launched;
  if (options.json) printJson({ type: 'address', url: server.address, look: server.lookAddress });
  else process.stdout.write(`${server.address}\n`);
  sayAddresses(access, server.url, options.edit === true);
  await launched.exit(await launched.done);
}

async function openSource({ run, data, stream, stack, results, trains, socket, workers, out }: LiveOptions): Promise<TrainSource> {
  const given = [run, stream, stack, results].filter((one) => one !== undefined);
  if (given.length !== 1) throw new YardError('LIVE_SOURCE', `Say what to look at: one of --stream ENDPOINT, --run DIR, --stack FILE or --results FILE${given.length ? '; several were given' : ''}.`);
  const range = trains === undefined ? ALL_TRAINS : parseTrainRange(trains);
  if (stream !== undefined) return new StreamTrains(parseStreams(stream, socket), range, workers);
  // Trains come in any order here, and again.
  if (out !== undefined) throw new YardError('LIVE_OUT', 'Recorded data are looked at here, as often as you like: yard run LIST --run DIR --out FILE writes the results of each train once.');
  const recorded = run !== undefined ? await RecordedTrains.ofRun(runOf(run, data), range) : stack !== undefined ? await RecordedTrains.ofStack(stack, range) : await RecordedTrains.ofResults(results!, range);
  for (const { file, reason } of recorded.skipped) say(`Skipped ${file}: ${reason}`);
  return new PlayedTrains(recorded);
}
