import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { assemblyFiles, compiled, moduleOf } from './kernels.ts';

test.each(assemblyFiles())('what is kept of assembly/%s is what the compiler makes of it: else run npm run kernels', async (name) => {
  expect(existsSync(moduleOf(name)) && readFileSync(moduleOf(name), 'utf8')).toBe(await compiled(name));
}, 30_000);
