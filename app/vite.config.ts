import react from '@vitejs/plugin-react';
import tailwindcss from '@tailwindcss/vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** The generated clients and Solana's own errors drop their texts from production builds; this page shows them. */
function keepErrorTexts(): Plugin {
  return {
    name: 'cairn-keep-error-texts',
    enforce: 'pre',
    transform: (code, id) =>
      /src\/generated\/\w+\/errors\/|@solana\/errors\/dist\//.test(id)
        ? code.replaceAll('process.env.NODE_ENV !== "production"', 'true')
        : null,
  };
}

export default defineConfig({
  // Where a static host has the page; an oracle has it at the root.
  base: process.env.CAIRN_APP_BASE ?? '/',
  plugins: [keepErrorTexts(), react(), tailwindcss()],
  build: {
    target: 'es2022',
    manifest: true,
    // The embedding server compresses; what is inlined could not be cached.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1_200,
  },
  server: { proxy: { '/v1': { target: process.env.CAIRN_ORACLE ?? 'http://127.0.0.1:20001', ws: true } } },
  test: { include: ['tests/**/*.test.{ts,tsx}'], exclude: ['tests/e2e/**'] },
});
