import { execFileSync, spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { publicModules } from "../../scripts/docs/publicModules.ts"
import { blocksOf, root } from "./pages.ts"

const folder = mkdtempSync(join(tmpdir(), "program-"))
afterAll(() => rmSync(folder, { recursive: true }))

const page = "docs/your-own-program.md"

const [, program = "{}", configuration = "{}"] = blocksOf(page, "json")

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
    const source = [
      'import { recoveryPolicy } from "resilient-queue/RecoveryPolicy"',
      'import { Timeout } from "resilient-queue/errors"',
      'const { rules } = recoveryPolicy({ OutOfStock: { action: "archive" } })',
      'console.log(rules.OutOfStock.action, new Timeout({ reason: "slow" })._tag)'
    ]
    writeFileSync(join(folder, "program.mts"), source.join("\n"))
    expect(execFileSync(process.execPath, [join(folder, "program.mts")], { encoding: "utf8" })).toBe(
      "archive Timeout\n"
    )
    writeFileSync(join(folder, "tsconfig.json"), configuration)
    const compiler = join(root, "node_modules/typescript/bin/tsc")
    expect(spawnSync(process.execPath, [compiler, "-p", folder], { encoding: "utf8" }).stdout).toBe("")
  })

  it("are used beside the very versions that are installed here", () => {
    const ours = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
    const { dependencies, devDependencies } = JSON.parse(program)
    const { "resilient-queue": own, ...beside } = dependencies
    expect(own).toBe(ours.version)
    expect(ours.dependencies).toMatchObject(beside)
    expect(ours.devDependencies).toMatchObject(devDependencies)
  })
})
