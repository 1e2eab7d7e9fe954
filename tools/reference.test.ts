import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { referenceFile, referencePage } from './reference.ts';

it('docs/reference/plugins.md is what the specs say now (npm run reference writes it)', async () => {
  expect(readFileSync(referenceFile, 'utf8')).toBe(await referencePage());
});
