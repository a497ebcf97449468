// The app in a browser, over a whole network: `npm run e2e`. Unit tests have vite.config.ts.
import { defineConfig } from 'vitest/config';

const OUTAGES = 'tests/e2e/outages.e2e.ts';
// A busy machine makes each epoch slow, not wrong.
const PATIENCE = { testTimeout: 240_000, hookTimeout: 240_000 };

export default defineConfig({
  test: {
    // One network and one browser for all.
    globalSetup: ['tests/e2e/setup.ts'],
    projects: [
      // Much of it is waiting for epochs: two files at a time. Every test has an operator of its own.
      {
        test: {
          ...PATIENCE,
          name: 'app',
          include: ['tests/e2e/**/*.e2e.ts'],
          exclude: [OUTAGES],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      // What it ends, the others need.
      { test: { ...PATIENCE, name: 'outages', include: [OUTAGES], maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
});
