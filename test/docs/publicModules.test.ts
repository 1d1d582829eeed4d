import { execFileSync, spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { publicModules } from "../../scripts/docs/publicModules.ts"
import { root } from "./pages.ts"

const folder = mkdtempSync(join(tmpdir(), "program-"))
afterAll(() => rmSync(folder, { recursive: true }))

/** What a program needs to say to the compiler, beside what is usual. */
const compilerOptions = {
  module: "nodenext",
  target: "es2024",
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  lib: ["es2024", "dom"]
}

describe("the public modules", () => {
  it("are files of the components and handlers", () => {
    const modules = publicModules(root)
    expect(modules.length).toBeGreaterThan(20)
    expect(
      modules.filter(({ path }) => !/^(components|handlers)\//.test(path) || !existsSync(join(root, path)))
    ).toEqual([])
  })

  it("are imported by name, and compile, from a program that has this folder linked", () => {
    mkdirSync(join(folder, "node_modules"))
    symlinkSync(root, join(folder, "node_modules/resilient-queue"))
    const program = [
      'import { recoveryPolicy } from "resilient-queue/RecoveryPolicy"',
      'import { Timeout } from "resilient-queue/errors"',
      'const { rules } = recoveryPolicy({ OutOfStock: { action: "archive" } })',
      'console.log(rules.OutOfStock.action, new Timeout({ reason: "slow" })._tag)'
    ]
    writeFileSync(join(folder, "program.mts"), program.join("\n"))
    expect(execFileSync(process.execPath, [join(folder, "program.mts")], { encoding: "utf8" })).toBe(
      "archive Timeout\n"
    )
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.mts"] }))
    const compiler = join(root, "node_modules/typescript/bin/tsc")
    expect(spawnSync(process.execPath, [compiler, "-p", folder], { encoding: "utf8" }).stdout).toBe("")
  })
})
