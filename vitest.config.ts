import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"

/** Tests that evaluate Pulumi programs: the SDK keeps its mocks in module state, so each file has modules of its own. */
const pulumi = [
  "test/components/**",
  "test/examples/**",
  "examples/**",
  "test/provider/**",
  "test/index*.test.ts",
  "test/policy/**",
  "test/local/pulumi/**",
  "test/privileges/**",
  "test/cli/system/**",
  "test/local/*.test.ts"
]

/** Proofs by volume, which take minutes: `npm run test:proofs`. */
const proofs = [
  "test/bench/**",
  "test/docs/apiReference.test.ts",
  "test/docs/examples.test.ts",
  "test/docs/publicModules.test.ts",
  "test/local/chaos/chaos.test.ts",
  "test/local/chaos/sabotage.test.ts",
  "test/model/histories.*.test.ts",
  "test/privileges/mutations.test.ts"
]

/** Tests that click through pages in Chromium. */
const browser = ["test/browser/**"]

const testFiles = (paths: readonly string[]): string[] => paths.map((path) => path.replace(/\*\*$/, "**/*.test.ts"))

const common = {
  pool: "forks",
  testTimeout: 120_000,
  hookTimeout: 120_000
} as const

export default defineConfig({
  test: {
    // Both cores of a small machine: by itself vitest leaves one idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          ...common,
          name: "pulumi",
          include: testFiles(pulumi),
          exclude: proofs
        }
      },
      {
        test: {
          ...common,
          name: "modules",
          include: ["test/**/*.test.ts"],
          exclude: [...pulumi, ...browser, ...proofs],
          // Half of the time of a suite is loading its modules: here, nothing is kept in them.
          isolate: false
        }
      },
      {
        test: {
          ...common,
          name: "browser",
          include: testFiles(browser)
        }
      },
      {
        test: {
          ...common,
          name: "proofs",
          include: testFiles(proofs),
          testTimeout: 600_000
        }
      }
    ]
  }
})
