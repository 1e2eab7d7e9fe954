import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Tests run from the sources: the `development` condition of every package's exports names its `src`. */
export default defineConfig({
  resolve: { conditions: ['development', 'node', 'import', 'module', 'default'] },
  ssr: { resolve: { conditions: ['development', 'node', 'import', 'module', 'default'], externalConditions: ['development', 'node', 'import', 'module', 'default'] } },
  oxc: { decorator: { legacy: true } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'plugins/*/src/**/*.test.ts', 'apps/*/src/**/*.test.{ts,tsx}', 'test/**/*.test.ts', 'tools/**/*.test.ts',
      // Of the archive that CI has made just before.
      ...(process.env['TRAINYARD_CI'] === '1' ? ['test/bundle/*.ci.ts'] : [])],
    pool: 'forks',
    execArgv: ['--conditions=development'],
    maxWorkers: 2,
    // Pages of the documents wait more than they work.
    maxConcurrency: 2,
    // For the many yards that tests start from the sources: each file is stripped of its types once.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url)) },
    testTimeout: 30_000,
    // One second, the default, is short for a browser beside other tests.
    expect: { poll: { timeout: 10_000 } },
    // Real processes and clocks on a loaded machine: a test fails when it fails twice.
    retry: 1,
  },
});
