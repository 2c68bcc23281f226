import { defineConfig } from 'vitest/config';

const report = process.env.LEADGEN_TEST_REPORT;

// Vite would add the condition `development`, and with it a second copy of graphql beside the one that Node gives to everybody else.
// They reach Node too, for `require` as well, so that `import` is not among them.
const conditions = ['node', 'module', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/n8n/host/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    setupFiles: process.env.LEADGEN_TEST_RECORD ? ['test/support/record-statements.ts'] : [],
    globalSetup: ['test/support/global-setup.ts'],
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
});
