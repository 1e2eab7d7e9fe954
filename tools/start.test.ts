import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';
import { environment } from './step.ts';
import { root } from './workspace.ts';

it('npm start prints one uncoloured line, the address of a page that answers, and ends with its signal', async () => {
  const child = spawn('node', ['tools/start.ts', '--no-detector'], { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  try {
    await expect.poll(() => out, { timeout: 60_000, message: errors }).toMatch(/\n/);
    expect(out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\S*\n$/);
    const page = await fetch(out.trim(), { redirect: 'manual' });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<div id="root"');
  } finally {
    child.kill('SIGTERM');
  }
  expect(await ended, errors).toBe(130);
  expect(out.split('\n')).toHaveLength(2);
}, 90_000);
