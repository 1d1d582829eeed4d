import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterEach, describe, expect, it } from "vitest"
import { readStackConfig } from "../../../local/pulumi/stackConfig.ts"

const programs = fileURLToPath(new URL("./programs/", import.meta.url))

describe("the configuration of a stack", () => {
  it("takes the project's values, then the stack's, then the overrides; a key without namespace is the project's", () => {
    expect(
      readStackConfig(programs, "local", { greeting: "good day", rules: { Unknown: {} }, enabled: undefined })
    ).toEqual({
      project: "toys",
      values: {
        "aws:region": "eu-west-1",
        "toys:greeting": "good day",
        "toys:count": "3",
        "toys:rules": '{"Unknown":{}}'
      }
    })
  })

  it("refuses an encrypted value by its key, as there is no key to decrypt it with", () => {
    expect(() => readStackConfig(programs, "secret")).toThrow(
      "Pulumi.secret.yaml: toys:token is encrypted, which only the Pulumi CLI can read; the embedded AWS needs a plain value."
    )
  })

  it("does without an encrypted value that is overridden", () => {
    expect(readStackConfig(programs, "secret", { token: "plain" }).values["toys:token"]).toBe("plain")
  })
})

describe("configuration files that are missing or broken", () => {
  const made: Array<string> = []
  afterEach(() => {
    for (const directory of made.splice(0)) rmSync(directory, { recursive: true })
  })
  const directoryWith = (files: Readonly<Record<string, string>>): string => {
    const directory = mkdtempSync(join(tmpdir(), "stack config "))
    made.push(directory)
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content)
    return directory
  }

  it("are named: no project file", () => {
    expect(() => readStackConfig(directoryWith({}), "local")).toThrow(/^There is no Pulumi\.yaml in /)
  })

  it("are named: no file of the stack", () => {
    expect(() => readStackConfig(directoryWith({ "Pulumi.yaml": "name: x" }), "nowhere")).toThrow(
      /^There is no Pulumi\.nowhere\.yaml in /
    )
  })

  it("are named: not YAML", () => {
    const directory = directoryWith({ "Pulumi.yaml": "name: x", "Pulumi.local.yaml": "config: [" })
    expect(() => readStackConfig(directory, "local")).toThrow(/^Pulumi\.local\.yaml is not valid YAML: /)
  })

  it("are named: configuration that is no mapping", () => {
    const directory = directoryWith({ "Pulumi.yaml": "name: x", "Pulumi.local.yaml": "config: 3" })
    expect(() => readStackConfig(directory, "local")).toThrow(
      "Pulumi.local.yaml: config must be a mapping of keys to values."
    )
  })
})
