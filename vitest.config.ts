import { availableParallelism } from "node:os"
import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

/** Tests that evaluate a Pulumi program as Pulumi does, by its import, which happens once: each file has modules of its own. */
const pulumi = [
  // They reset all modules, and change the working directory.
  "test/components/function/bundle*.test.ts",
  "test/examples/**",
  "examples/**",
  "test/index*.test.ts",
  "test/policy/ownStacks.test.ts",
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
  // Bundling is most of a deployment's time: what no file of a bundle has changed since is not bundled again.
  env: { BUNDLE_CACHE: fileURLToPath(new URL("node_modules/.cache/bundles", import.meta.url)) },
  testTimeout: 120_000,
  hookTimeout: 120_000
} as const

export default defineConfig({
  test: {
    // One more than a small machine has cores: tests in a browser, or of a running instance, wait half of their time.
    maxWorkers: Math.max(3, availableParallelism() - 1),
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
          // Half of the time of a suite is loading its modules: here, nothing is kept in them. Components are among them, as
          // each deployment gives the Pulumi SDK mocks of its own.
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
