import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

test("code anywhere gets this installation's packages and the packs of a store; other names are as ever", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'yard-own-')));
  try {
    const pack = (name: string): string => {
      const root = join(folder, 'store', 'node_modules', name);
      mkdirSync(root, { recursive: true });
      writeFileSync(join(root, 'package.json'), JSON.stringify({ name, version: '1.0.0', type: 'module', exports: './index.js' }));
      writeFileSync(join(root, 'index.js'), `import { view } from '@trainyard/core';\nexport default view;`);
      return root;
    };
    const folders = { plain: pack('plain'), '@beamline/scoped': pack('@beamline/scoped') };
    // A wrong copy near the user's file must not win.
    mkdirSync(join(folder, 'node_modules', '@trainyard', 'core'), { recursive: true });
    writeFileSync(join(folder, 'node_modules', '@trainyard', 'core', 'package.json'), '{ "name": "@trainyard/core", "exports": "./gone.js" }');
    writeFileSync(join(folder, 'views.mjs'), `import { view } from '@trainyard/core';\nimport plain from 'plain';\nimport scoped from '@beamline/scoped';\nimport { join } from 'node:path';\nexport const same = plain === view && scoped === view && typeof join === 'function';\nexport const gone = import('not-a-package').catch((error) => error.code);`);
    const own = new URL('./own-packages.ts', import.meta.url).href;
    const script = `const { useOwnPackages } = await import(${JSON.stringify(own)}); useOwnPackages(${JSON.stringify(folders)}); const m = await import(${JSON.stringify(pathToFileURL(join(folder, 'views.mjs')).href)}); console.log(m.same, await m.gone);`;
    expect(execFileSync(process.execPath, ['--conditions=development', '--input-type=module', '-e', script], { encoding: 'utf8' }).trim()).toBe('true ERR_MODULE_NOT_FOUND');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
