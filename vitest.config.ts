import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 20_000,
    // Two cores: each file in its own process costs more than it isolates.
    maxWorkers: 2,
    reporters: ['default', './scripts/count-reporter.ts'],
  },
})
