import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/compile-presets.ts'],
    // Property tests and whole command lines on a slow machine.
    testTimeout: 60_000,
    coverage: { include: ['src/**'], reporter: ['text-summary', 'json-summary'] },
  },
})
