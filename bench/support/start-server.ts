import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A running `serve-trains.ts`. */
export interface TrainServer {
  readonly endpoint: string;
  /** Ends it; gives back how many trains it left out because nobody took them in time. */
  stop(): Promise<number>;
}

/** Starts a server of trains in a process of its own; `rate` Infinity: as fast as they are taken. */
export async function startServer(bytes: number, rate: number, source = 'DET'): Promise<TrainServer> {
  const script = fileURLToPath(new URL('serve-trains.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=development', script, String(bytes), rate === Infinity ? 'max' : String(rate), '10000', source], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const endpoint = String((await lines.next()).value);
  return {
    endpoint,
    async stop() {
      child.stdin.end();
      const { value } = (await lines.next()) as { value?: string };
      if (child.exitCode === null) await new Promise((resolve) => child.on('exit', resolve));
      return Number(/\d+/.exec(value ?? '')?.[0] ?? NaN);
    },
  };
}
