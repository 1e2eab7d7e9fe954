import { existsSync } from 'node:fs';
import { chromium, type BrowserContext } from 'playwright-core';

/** Debian's chromium, or the one that CHROMIUM names; undefined where there is none. */
export const chromiumPath = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path !== undefined && existsSync(path));

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** A headless browser with its own profile below `folder`. */
export function openBrowser(folder: string, width = 1600, height = 1000): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, { executablePath: chromiumPath!, headless: true, args: flags, viewport: { width, height } });
}
