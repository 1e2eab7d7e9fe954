import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants, setPriority } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CodeError } from '@trainyard/control';

/** More findings than this are not read by anyone. */
const MOST = 20;
const LIMIT_MS = 30_000;

/** Where TypeScript is, when this installation has it; a bundle for beamlines has not, and views run all the same. */
function compiler(): string | undefined {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  } catch {
    return undefined;
  }
}

/** `@trainyard/*` -> its declarations in this installation, also under `/reducers` and the like. */
export function ownDeclarations(): Record<string, string[]> {
  const paths: Record<string, string[]> = {};
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    const scope = join(at, 'node_modules', '@trainyard');
    for (const name of existsSync(scope) ? readdirSync(scope) : []) {
      const folder = realpathSync(join(scope, name));
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { exports?: Record<string, { types?: string } | string> };
      for (const [entry, target] of Object.entries(manifest.exports ?? {})) {
        if (typeof target !== 'object' || target.types === undefined) continue;
        paths[`@trainyard/${name}${entry.slice(1)}`] ??= [join(folder, target.types)];
      }
    }
    if (dirname(at) === at) return paths;
  }
}

/**
 * Checks a views file's types with our own settings, beside the run: its findings only warn. Declarations of data paths
 * (`yard types`) that lie beside the file count. Empty when this installation has no TypeScript.
 */
export async function typeCheck(file: string, outFolder: string, signal?: AbortSignal): Promise<CodeError[]> {
  const tsc = compiler();
  if (!tsc) return [];
  const folder = dirname(resolve(file));
  mkdirSync(outFolder, { recursive: true });
  const config = join(outFolder, 'tsconfig.json');
  const declarations = readdirSync(folder).filter((name) => name.endsWith('.d.ts')).map((name) => join(folder, name));
  writeFileSync(config, JSON.stringify({
    compilerOptions: {
      target: 'es2024', lib: ['esnext'], module: 'esnext', moduleResolution: 'bundler', strict: true, noEmit: true, skipLibCheck: true,
      experimentalDecorators: true, allowImportingTsExtensions: true, allowJs: true, types: [], paths: { ...ownDeclarations() },
    },
    files: [resolve(file), ...declarations],
  }));
  const output = await new Promise<string>((done) => {
    const child = spawn(process.execPath, [tsc, '-p', config, '--pretty', 'false'], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'], timeout: LIMIT_MS, ...(signal && { signal }) });
    // Trains come first.
    try {
      if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
    } catch {
      // It has ended already.
    }
    let text = '';
    child.stdout.on('data', (data: Buffer) => (text += data.toString()));
    child.on('error', () => done(''));
    child.on('close', () => done(text));
  });
  return readFindings(output, folder).slice(0, MOST);
}

/** `views.ts(12,5): error TS2345: message`, its further lines indented below. */
function readFindings(output: string, folder: string): CodeError[] {
  const findings: CodeError[] = [];
  for (const row of output.split('\n')) {
    const match = /^(.+?)\((\d+),(\d+)\): error (TS\d+): (.*)$/.exec(row);
    if (match) findings.push({ code: match[4]!, message: match[5]!, file: resolve(folder, match[1]!), line: Number(match[2]), column: Number(match[3]) });
    else if (row.startsWith('  ') && findings.length) {
      const last = findings.pop()!;
      findings.push({ ...last, message: `${last.message}\n${row.trim()}` });
    }
  }
  return findings;
}
