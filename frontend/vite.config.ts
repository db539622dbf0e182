import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const backend = process.env.BIBLIOS_DEV_BACKEND ?? 'http://127.0.0.1:8000';

const COMPRESSED = /\.(?:js|css|html|svg|json)$/;
const MIN_BYTES = 1024;

/** Leaves `.br` and `.gz` beside each text file, since the server compresses nothing while it runs. */
function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    async writeBundle({ dir }) {
      if (!dir) return;
      for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !COMPRESSED.test(entry.name)) continue;
        const path = join(entry.parentPath, entry.name);
        const content = await readFile(path);
        if (content.length < MIN_BYTES) continue;
        const [zipped, brotli] = await Promise.all([
          promisify(gzip)(content, { level: 9 }),
          promisify(brotliCompress)(content, {
            params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
          }),
        ]);
        await Promise.all([writeFile(`${path}.gz`, zipped), writeFile(`${path}.br`, brotli)]);
      }
    },
  };
}

/** Puts the API reference at `/docs`: a page of its own with Swagger UI, from this server alone. */
function apiReference(): Plugin {
  const require = createRequire(import.meta.url);
  const files = [
    ...['index.html', 'init.js', 'page.css'].map((name) => join(import.meta.dirname, 'api-reference', name)),
    require.resolve('swagger-ui-dist/swagger-ui.css'),
    require.resolve('swagger-ui-dist/swagger-ui-bundle.js'),
  ];
  return {
    name: 'api-reference',
    apply: 'build',
    async generateBundle() {
      for (const file of files) {
        this.emitFile({ type: 'asset', fileName: `docs/${basename(file)}`, source: await readFile(file) });
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), tailwindcss(), apiReference(), precompress()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2023',
    // Small fonts inlined as data: URIs would break a strict Content-Security-Policy.
    assetsInlineLimit: 0,
    manifest: true,
    reportCompressedSize: false,
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: {
      '/api': { target: backend },
      '/healthz': { target: backend },
      '/readyz': { target: backend },
      '/openapi.json': { target: backend },
      '/docs': { target: backend },
    },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['./src/test/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
    // What is waited for comes late on a busy machine; these only end a test that would hang.
    testTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
