import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

/** In a checkout the workspace packages are taken from their sources, elsewhere from what was built of them. */
const fromSources = existsSync(new URL('../../packages/control/src/index.ts', import.meta.url));

export default defineConfig({
  // Relative, so that the page works behind a forwarded port and under a URL prefix.
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  resolve: {
    // These compile text as code, which the page's policy forbids.
    alias: [{ find: /^ndarray(-ops)?$/, replacement: fileURLToPath(new URL('src/files/strided-array.ts', import.meta.url)) }],
    conditions: [...(fromSources ? ['development'] : []), ...defaultClientConditions.filter((name) => name !== 'development|production')],
  },
  // The editor and the HDF5 browser come when they are opened, and are as large as they are; what opens the page is bounded by a test.
  build: { license: { fileName: 'licenses.md' }, reportCompressedSize: false, chunkSizeWarningLimit: 8000, sourcemap: false, target: 'es2022', outDir: 'dist', emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
