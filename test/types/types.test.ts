import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

/** What the TypeScript compiler says of a project of this folder; nothing when all is well. */
async function compile(project: string): Promise<string> {
  const file = fileURLToPath(new URL(project, import.meta.url));
  return new Promise((resolve) => execFile(process.execPath, [tsc, '-p', file, '--pretty', 'false'], (error, stdout, stderr) => resolve(stdout + stderr + (error && stdout === '' ? error.message : ''))));
}

describe('the compiler', () => {
  test('takes the design\'s example as written, and tells right from wrong without a schema', async () => {
    expect(await compile('tsconfig.json')).toBe('');
  }, 120_000);

  test('tells right from wrong with a schema', async () => {
    expect(await compile('tsconfig.schema.json')).toBe('');
  }, 120_000);

  test('says what is wrong in words', async () => {
    const said = await compile('tsconfig.wrong.json');
    expect(said.match(/^\S+\.ts\(\d+/gm)).toHaveLength(4);
    expect(said).toContain(`Type 'Image' is not assignable to type 'ViewReturn<"scalar">'`);
    expect(said).toContain('problem: "the data of this path do not fit the type of the parameter"; data: Vector; parameter: number;');
    expect(said).toContain(`Did you mean '"karabo#SQS/CAM/1:output[data.image.pixels]"'?`);
  }, 120_000);
});
