import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"
import { readArguments, usage } from "../../../local/chaos/ChaosArguments.ts"

const script = fileURLToPath(new URL("../../../local/chaos/chaos.ts", import.meta.url))

describe("the arguments of npm run chaos", () => {
  it("have defaults", () => {
    expect(readArguments([])).toEqual({ orders: 1000, seed: 1, errorRate: 0.1, json: false })
  })

  it("are read", () => {
    expect(readArguments(["--orders", "5000", "--seed=7", "--error-rate", "0.25", "--json"])).toEqual({
      orders: 5000,
      seed: 7,
      errorRate: 0.25,
      json: true
    })
  })

  it.each([
    [["--orders", "0"], '--orders is "0": it has to be a whole number from 1 to 1000000.'],
    [["--orders", "1.5"], '--orders is "1.5": it has to be a whole number from 1 to 1000000.'],
    [["--orders", "many"], '--orders is "many": it has to be a whole number from 1 to 1000000.'],
    [["--orders", " "], '--orders is " ": it has to be a whole number from 1 to 1000000.'],
    [["--seed", "0x"], '--seed is "0x": it has to be a whole number from 0 to 2147483647.'],
    [["--error-rate", "0.6"], '--error-rate is "0.6": it has to be a number from 0 to 0.5.']
  ])("are refused in one sentence: %j", (args, sentence) => {
    expect(() => readArguments(args)).toThrow(sentence)
  })

  it("that are wrong end the command with the sentence, how to use it, and exit code 2", async () => {
    const run = promisify(execFile)(process.execPath, [script, "--orders", "none"])
    await expect(run).rejects.toMatchObject({
      code: 2,
      stdout: "",
      stderr: `--orders is "none": it has to be a whole number from 1 to 1000000.\n\n${usage}\n`
    })
    await expect(promisify(execFile)(process.execPath, [script, "--fast"])).rejects.toMatchObject({ code: 2 })
  })
})
