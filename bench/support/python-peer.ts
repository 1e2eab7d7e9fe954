import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The same in Python (`peers/NAME.py`): one line of JSON asks, one answers. The interpreter is the one named by PYTHON, default /usr/bin/python3. */
export function startPeer<A>(name: string, needs: string, ...args: readonly string[]): { ask(request: object): Promise<A>; end(): void } {
  const peer = spawn(process.env['PYTHON'] ?? '/usr/bin/python3', [fileURLToPath(new URL(`../peers/${name}.py`, import.meta.url)), ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();
  return {
    async ask(request) {
      peer.stdin.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error(`the Python side ended; does PYTHON have ${needs}?`);
      return JSON.parse(value as string) as A;
    },
    end: () => peer.stdin.end(),
  };
}
