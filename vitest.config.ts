import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Pulumi's runtime keeps its mocks in module state: a process of its own a file keeps suites apart.
    pool: "forks",
    testTimeout: 60_000,
    hookTimeout: 60_000
  }
})
