import { ALL_TRAINS, StreamTrains, parseStreams, parseTrainRange, type StreamSocket } from '@trainyard/runtime';
import { launch, type LaunchOptions } from '../launch.ts';
import { printJson } from '../output.ts';
import { sayAddresses } from '../say-addresses.ts';

export interface LiveOptions extends LaunchOptions {
  readonly stream: readonly string[];
  readonly socket: StreamSocket;
  readonly trains?: string;
}

/** `yard live`: one or several streams in the browser, until it is stopped. */
export async function live(what: string | undefined, options: LiveOptions): Promise<void> {
  const source = new StreamTrains(parseStreams(options.stream, options.socket), options.trains === undefined ? ALL_TRAINS : parseTrainRange(options.trains), options.workers);
  const launched = await launch('live', what, source, options);
  const { server, access } = launched;
  if (options.json) printJson({ type: 'address', url: server.address, look: server.lookAddress });
  else process.stdout.write(`${server.address}\n`);
  sayAddresses(access, server.url, options.edit === true);
  await launched.exit(await launched.done);
}
