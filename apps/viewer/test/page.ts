import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import { openBrowser } from './browser.ts';
import type { ScriptedYard } from './scripted-yard.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const app = join(root, 'apps/viewer');
const goesIn = ['apps/viewer/src', 'packages/control/src', 'packages/core/src', 'packages/nd/src', 'apps/viewer/index.html', 'apps/viewer/vite.config.ts', 'apps/viewer/package.json', 'package-lock.json'];
const longestBuildMs = 180_000;
const keptMs = 24 * 3600_000;

/** The page as built of the sources as they are now. Test files share it: the first that asks builds it, the others wait. */
export async function builtPage(): Promise<string> {
  const cache = join(tmpdir(), `trainyard-page-${userInfo().username}`);
  await mkdir(cache, { recursive: true, mode: 0o700 });
  const dist = join(cache, await hashOf(goesIn));
  const building = `${dist}.building`;
  const until = Date.now() + longestBuildMs;
  while (!existsSync(dist)) {
    try {
      await mkdir(building);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      // Who began it may have been ended.
      if (Date.now() > until) await rm(building, { recursive: true, force: true });
      await sleep(100);
      continue;
    }
    try {
      await makePage(dist, building);
    } finally {
      await rm(building, { recursive: true, force: true });
    }
  }
  await forgetOld(cache);
  return dist;
}

/** The built page and a headless browser with a profile of its own. */
async function openBuilt(): Promise<{ readonly dist: string; readonly browser: BrowserContext; readonly close: () => Promise<void> }> {
  const dist = await builtPage();
  const profile = await mkdtemp(join(tmpdir(), 'viewer-test-'));
  const browser = await openBrowser(profile);
  return {
    dist,
    browser,
    close: async () => {
      await browser.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/**
 * For the tests of one `describe`: the built page in one browser. After each test its pages and its yard are closed, and no page may have thrown, or asked
 * for what its policy forbids.
 */
export function inBrowser(): { readonly dist: string; serve(yard: ScriptedYard, hz?: number): Promise<ScriptedYard>; open(url: string, before?: (page: Page) => Promise<void>): Promise<Page> } {
  let built: Awaited<ReturnType<typeof openBuilt>> | undefined;
  let yard: ScriptedYard | undefined;
  const pages: Page[] = [];
  const errors: string[] = [];
  beforeAll(async () => {
    built = await openBuilt();
  }, 200_000);
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.close({ runBeforeUnload: false });
    await yard?.stop();
    expect(errors.splice(0)).toEqual([]);
  });
  afterAll(() => built?.close());
  return {
    get dist() {
      return built!.dist;
    },
    serve: async (given, hz = 10) => {
      yard = given;
      await given.start(hz);
      return given;
    },
    open: async (url, before) => {
      const page = await built!.browser.newPage();
      pages.push(page);
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('console', (message) => /Content Security Policy/.test(message.text()) && errors.push(message.text()));
      await before?.(page);
      await page.goto(url);
      return page;
    },
  };
}

/** Under its name only when it is whole. */
async function makePage(dist: string, building: string): Promise<void> {
  vi.stubEnv('NODE_ENV', 'production');
  try {
    await build({ root: app, configFile: join(app, 'vite.config.ts'), logLevel: 'error', build: { outDir: join(building, 'dist'), emptyOutDir: true } });
  } finally {
    vi.unstubAllEnvs();
  }
  await rename(join(building, 'dist'), dist);
}

async function hashOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    const at = join(root, path);
    const files = (await stat(at)).isDirectory() ? (await readdir(at, { recursive: true })).filter((name) => /\.\w+$/.test(name) && !/\.test\.tsx?$/.test(name)).sort().map((name) => join(at, name)) : [at];
    for (const file of files) hash.update(`${file}\0`).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 20);
}

async function forgetOld(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const { mtimeMs } = await stat(join(cache, name)).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > keptMs) await rm(join(cache, name), { recursive: true, force: true });
  }
}
