import { existsSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

/** In a checkout the workspace packages are taken from their sources, elsewhere from what was built of them. */
const fromSources = existsSync(new URL('../../packages/control/src/index.ts', import.meta.url));

export default defineConfig({
  // Relative, so that the page works behind a forwarded port and under a URL prefix.
  base: './',
  plugins: [react()],
  resolve: { conditions: [...(fromSources ? ['development'] : []), ...defaultClientConditions.filter((name) => name !== 'development|production')] },
  build: { target: 'es2022', outDir: 'dist', emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
