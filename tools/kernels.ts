/** `npm run kernels`: compiles packages/kernels/assembly to WebAssembly and writes each as a module beside its kernel. A test holds the committed ones against it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { root } from './workspace.ts';

interface Compiler {
  main(args: readonly string[]): Promise<{ readonly error: Error | null; readonly stderr: { toString(): string } }>;
}
/** By a name that is not followed: the compiler's own types would bring a second console. */
const { default: asc } = (await import(['assemblyscript', 'asc'].join('/'))) as { default: Compiler };

const folder = join(root, 'packages', 'kernels');
/** Memory is the plan's; no garbage collector, no statics: a kernel is loops on addresses. */
const FLAGS = ['--optimizeLevel', '3', '--shrinkLevel', '0', '--converge', '--noAssert', '--uncheckedBehavior', 'always', '--runtime', 'stub', '--importMemory', '--enable', 'simd', '--use', 'abort='];

export const assemblyFiles = (): string[] => readdirSync(join(folder, 'assembly')).filter((name) => name.endsWith('.ts')).sort();
export const moduleOf = (name: string): string => join(folder, 'src', `${basename(name, '.ts')}.wasm.ts`);

/** The text of the module that holds a kernel's code. Throws what the compiler says. */
export async function compiled(name: string): Promise<string> {
  const out = mkdtempSync(join(tmpdir(), 'kernels-'));
  try {
    const wasm = join(out, 'kernel.wasm');
    const { error, stderr } = await asc.main([join(folder, 'assembly', name), '--outFile', wasm, ...FLAGS]);
    if (error) throw new Error(`${name}: ${error.message}\n${String(stderr)}`);
    const lines = readFileSync(wasm).toString('base64').match(/.{1,150}/g)!;
    return `/** Made by \`npm run kernels\` from assembly/${name}. */\nexport const code = [\n${lines.map((line) => `  '${line}',`).join('\n')}\n].join('');\n`;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

if (import.meta.main) for (const name of process.argv.length > 2 ? process.argv.slice(2) : assemblyFiles()) writeFileSync(moduleOf(name), await compiled(name));
