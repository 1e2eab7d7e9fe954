import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/**
 * Runs the fenced blocks of the documents, in order, in a folder of its own for each page. The word after the language says what to do:
 *   ```sh             run; must succeed            ```sh fails       run; must end with a code other than 0
 *   ```sh background  started, ended at the end    ```sh python      run where the field's Python packages are
 *   ```sh background python  both of these
 *   ```sh checkout    needs the checkout; not run  ```sh cluster     needs a cluster; not run
 *   ```ts views.ts    written to that file         ```ts excerpt F   must be in the file F of the repository
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const pages = ['README.md', 'CONTRIBUTING.md', 'docs/tutorial.md', ...readdirSync(join(root, 'docs/how-to')).map((name) => `docs/how-to/${name}`), 'examples/azimuthal/README.md', 'examples/timing-tool/README.md', 'examples/notebooks/README.md'].filter((page) => existsSync(join(root, page)));
const python = spawnSync('/usr/bin/python3', ['-c', 'import karabo_bridge, h5py, xarray, h5netcdf']).status === 0;
if (!python) console.log('skipped: blocks of the documents that need karabo_bridge, h5py, xarray and h5netcdf for /usr/bin/python3');

interface Block {
  readonly language: string;
  readonly what: string;
  readonly text: string;
  readonly line: number;
}

function blocksOf(page: string): Block[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^```(\w+)[ \t]*([^\n]*)\n(.*?)^```$/gms)].map((match) => ({ language: match[1]!, what: match[2]!.trim(), text: match[3]!, line: text.slice(0, match.index).split('\n').length }));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** One page's folder, with `yard` in PATH; variables and the folder go on from block to block, as in a terminal. */
class Terminal {
  readonly folder = mkdtempSync(join(tmpdir(), 'trainyard-docs-'));
  readonly #ports = new Map<string, number>();
  readonly #background: ChildProcess[] = [];
  readonly #env: NodeJS.ProcessEnv;

  constructor() {
    for (const name of ['bin', 'work', 'runtime', 'home']) mkdirSync(join(this.folder, name), { mode: 0o700 });
    const yard = join(this.folder, 'bin', 'yard');
    writeFileSync(yard, `#!/bin/bash\nexec '${process.execPath}' --conditions=development '${join(root, 'apps/cli/src/main.ts')}' "$@"\n`);
    chmodSync(yard, 0o755);
    const { EXTRA_DATA_DATA_ROOT: _, ...env } = process.env;
    this.#env = { ...env, PATH: `${join(this.folder, 'bin')}:${dirname(process.execPath)}:${process.env['PATH']}`, HOME: join(this.folder, 'home'), XDG_RUNTIME_DIR: join(this.folder, 'runtime'), XDG_DATA_HOME: join(this.folder, 'home'), NO_COLOR: '1', NODE_OPTIONS: '' };
    writeFileSync(join(this.folder, 'state'), `cd '${join(this.folder, 'work')}'\n`);
  }

  /** Other programs may use the documents' ports. */
  async ported(text: string): Promise<string> {
    for (const [, port] of text.matchAll(/127\.0\.0\.1:(\d+)/g)) if (!this.#ports.has(port!)) this.#ports.set(port!, await freePort());
    return text.replace(/127\.0\.0\.1:(\d+)/g, (_, port: string) => `127.0.0.1:${this.#ports.get(port)}`);
  }

  get cwd(): string {
    return /^cd '?(.*?)'?$/m.exec(readFileSync(join(this.folder, 'state'), 'utf8'))![1]!;
  }

  async run(text: string): Promise<{ code: number; said: string }> {
    const state = join(this.folder, 'state');
    const script = `. '${state}'\nset -e\n${await this.ported(text)}\n{ echo "cd '$PWD'"; export -p; } > '${state}'\n`;
    // In a group of its own, so that what it started ends with it.
    const child = spawn('bash', ['-c', script], { env: this.#env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let said = '';
    const late = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), 120_000);
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()));
    const code = await new Promise<number>((resolve) => child.once('close', (status) => resolve(status ?? 1)));
    clearTimeout(late);
    return { code, said };
  }

  /** Started and left running; resolved when it has said where it is. */
  async start(text: string): Promise<void> {
    const child = spawn('bash', ['-c', `. '${join(this.folder, 'state')}'\nexec ${(await this.ported(text)).trim()}`], { env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#background.push(child);
    let said = '';
    await new Promise<void>((resolve, reject) => {
      const hear = (data: Buffer): void => {
        said += data.toString();
        if (/(tcp|http):\/\/127\.0\.0\.1:\d+.*\n/.test(said)) resolve();
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('exit', (code) => reject(new Error(`${text.trim()} ended with ${code}: ${said}`)));
    });
    // Until the first trains have come through.
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }

  async close(): Promise<void> {
    for (const child of this.#background.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGTERM');
      await new Promise((resolve) => child.once('exit', resolve));
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

for (const page of pages) {
  const blocks = blocksOf(page);
  if (blocks.length === 0) continue;
  it.concurrent(page, async () => {
    const terminal = new Terminal();
    // Pages of the examples are read in the root of the checkout.
    if (page.startsWith('examples/')) cpSync(join(root, 'examples'), join(terminal.folder, 'work', 'examples'), { recursive: true, filter: (path) => !path.endsWith('.trainyard') });
    try {
      for (const { language, what, text, line } of blocks) {
        const where = `${page}:${line}`;
        if (language === 'sh') {
          if (what === 'checkout' || what === 'cluster' || (/\bpython$/.test(what) && !python)) continue;
          if (what.startsWith('background')) await terminal.start(text);
          else {
            const { code, said } = await terminal.run(text);
            if (what === 'fails') expect(code, `${where}\n${said}`).not.toBe(0);
            else expect(code, `${where}\n${said}`).toBe(0);
          }
        } else if (what.startsWith('excerpt ')) {
          expect(readFileSync(join(root, what.slice('excerpt '.length)), 'utf8'), where).toContain(text.trim());
        } else if (what !== '') {
          const file = join(terminal.cwd, what);
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, await terminal.ported(text));
        }
      }
    } finally {
      await terminal.close();
    }
  }, 300_000);
}

describe('the documents', () => {
  it('the README names the number and the line that are there', () => {
    const [, number, line, file] = /number \*\*(\d+)\*\* in line \*\*(\d+)\*\* of `([^`]+)`/.exec(readFileSync(join(root, 'README.md'), 'utf8'))!;
    expect(readFileSync(join(root, file!), 'utf8').split('\n')[Number(line) - 1]).toContain(`slider(${number},`);
  });

  const documents = ['packages/core/GLOSSARY.md', ...pages, ...readdirSync(join(root, 'docs/decisions')).map((name) => `docs/decisions/${name}`)].filter((page) => existsSync(join(root, page)));
  it('link only to what is there', () => {
    for (const page of documents) {
      for (const [, link] of readFileSync(join(root, page), 'utf8').matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
        if (/^[a-z]+:/.test(link!)) continue;
        expect(existsSync(join(root, dirname(page), link!)), `${page} links to ${link}`).toBe(true);
      }
    }
  });
});
