import * as fc from "fast-check"
import { afterEach, describe, expect, it, vi } from "vitest"
import { getInstanceMetadataRegion, loadConfig } from "../../../../handlers/aws/lambdaSdk/configuration.ts"

const attempts = {
  environmentVariableSelector: (environment: Readonly<Record<string, string | undefined>>) => {
    const value = environment["AWS_MAX_ATTEMPTS"]
    if (value === undefined) return undefined
    if (Number.isNaN(Number(value))) throw new Error(`AWS_MAX_ATTEMPTS must be a number, got ${value}`)
    return Number(value)
  },
  default: 3
}

describe("a setting of the SDK in a function", () => {
  afterEach(() => vi.unstubAllEnvs())

  it("is that of the environment, whatever the default is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), async (given, otherwise) => {
        vi.stubEnv("AWS_MAX_ATTEMPTS", String(given))
        expect(await loadConfig({ ...attempts, default: otherwise })()).toBe(given)
      })
    )
  })

  it("is the default where the environment has none, given as it is or to be asked for", async () => {
    expect(await loadConfig(attempts)()).toBe(3)
    expect(await loadConfig({ ...attempts, default: () => 4 })()).toBe(4)
    expect(await loadConfig({ ...attempts, default: async () => 5 })()).toBe(5)
  })

  it("is the default where the environment has what is none", async () => {
    vi.stubEnv("AWS_MAX_ATTEMPTS", "many")
    expect(await loadConfig(attempts)()).toBe(3)
  })

  it("may be false in the environment: that is a value", async () => {
    vi.stubEnv("AWS_USE_FIPS_ENDPOINT", "false")
    const setting = loadConfig({
      environmentVariableSelector: (environment) =>
        environment["AWS_USE_FIPS_ENDPOINT"] === undefined
          ? undefined
          : environment["AWS_USE_FIPS_ENDPOINT"] === "true",
      default: true
    })
    expect(await setting()).toBe(false)
  })

  it("is read when it is first asked for, and once", async () => {
    const setting = loadConfig(attempts)
    vi.stubEnv("AWS_MAX_ATTEMPTS", "7")
    expect(await setting()).toBe(7)
    vi.stubEnv("AWS_MAX_ATTEMPTS", "8")
    expect(await setting()).toBe(7)
  })

  it("tells its selector of the service whose requests are signed", async () => {
    const selector = vi.fn(() => "sigv4")
    await loadConfig({ environmentVariableSelector: selector, default: "" }, { signingName: "sqs" })()
    expect(selector).toHaveBeenCalledWith(process.env, { signingName: "sqs" })
  })

  it("fails with the error of its default, as a missing region does; nobody asks an instance for it", async () => {
    const setting = loadConfig<string>({
      environmentVariableSelector: () => undefined,
      default: async () => {
        const region = await getInstanceMetadataRegion()
        if (region === undefined) throw new Error("Region is missing")
        return region
      }
    })
    await expect(setting()).rejects.toThrow("Region is missing")
  })
})
