import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { publicModules } from "../../scripts/docs/publicModules.ts"
import { root } from "./pages.ts"

const folder = mkdtempSync(join(tmpdir(), "program-"))
afterAll(() => rmSync(folder, { recursive: true }))

describe("the public modules", () => {
  it("are files of the components and handlers", () => {
    const modules = publicModules(root)
    expect(modules.length).toBeGreaterThan(20)
    expect(
      modules.filter(({ path }) => !/^(components|handlers)\//.test(path) || !existsSync(join(root, path)))
    ).toEqual([])
  })

  it("are imported by name from a program that has this folder linked", () => {
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
  })
})
