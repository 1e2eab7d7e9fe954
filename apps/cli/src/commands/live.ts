import { ALL_TRAINS, StreamTrains, parseStreams, parseTrainRange, type StreamSocket } from '@trainyard/runtime';
import { launch, type LaunchOptions } from '../launch.ts';
import { printJson } from '../output.ts';

export interface LiveOptions extends LaunchOptions {
  readonly stream: readonly string[];
  readonly socket: StreamSocket;
  readonly trains?: string;
}

/** `yard live`: one or several streams in the browser, until it is stopped. */
export async function live(what: string | undefined, options: LiveOptions): Promise<void> {
  const source = new StreamTrains(parseStreams(options.stream, options.socket), options.trains === undefined ? ALL_TRAINS : parseTrainRange(options.trains), options.workers);
  const launched = await launch('live', what, source, options);
  if (options.json) printJson({ type: 'address', url: launched.server.address });
  else process.stdout.write(`${launched.server.address}\n`);
  await launched.exit(await launched.done);
}
