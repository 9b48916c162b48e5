import { defineConfig } from 'vitest/config'

// A busy machine may take its time: that is no failure.
export default defineConfig({ test: { include: ['test/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 120_000 } })
