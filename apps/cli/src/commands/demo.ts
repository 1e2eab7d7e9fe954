import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ALL_TRAINS, StreamTrains, parseStreams } from '@trainyard/runtime';
import { startSim } from '@trainyard/sim';
import { launch, type LaunchOptions } from '../launch.ts';
import { say } from '../output.ts';
import { sayAddresses } from '../say-addresses.ts';

export interface DemoOptions extends LaunchOptions {
  readonly detector: boolean;
}

/** `yard demo`: simulator, example views and viewer in one process; what `npm start` runs. */
export async function demo(views: string | undefined, options: DemoOptions): Promise<void> {
  const file = views ?? exampleViews();
  const facility = await startSim({ endpoint: 'tcp://127.0.0.1:*', detector: options.detector, firstTrainId: trainIdNow() });
  const source = new StreamTrains(parseStreams([facility.endpoint], 'REQ'), ALL_TRAINS);
  const launched = await launch('demo', file, source, options);
  process.stdout.write(`${launched.server.address}\n`);
  sayAddresses(launched.access, launched.server.url, options.edit === true);
  say(`Open it in a browser, then ${hint(file)}`);
  say('Ctrl-C ends it.');
  const code = await launched.done;
  await facility.stop();
  await launched.exit(code);
}

/** Ten a second, as at the facility: after a crash the stream goes on, it does not begin anew. */
function trainIdNow(): number {
  return Math.floor((Date.now() - Date.UTC(2020, 0, 1)) / 100);
}

/** Which number to change in which line, so that something is seen. */
function hint(file: string): string {
  const lines = readFileSync(file, 'utf8').split('\n');
  const at = lines.findIndex((line) => /slider\(|@Param/.test(line));
  const name = relative(process.cwd(), resolve(file)) || file;
  if (at < 0) return `edit ${name} and save: the plots change at once.`;
  return `edit line ${at + 1} of ${name}: ${lines[at]!.trim()}\n  change its first number, save, and see the plot change.`;
}

function exampleViews(): string {
  return fileURLToPath(new URL('../../../../examples/timing-tool/views.ts', import.meta.url));
}
