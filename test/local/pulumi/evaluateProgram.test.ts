import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"
import { evaluateProgram } from "../../../local/pulumi/evaluateProgram.ts"
import { awsInvokes } from "../../../local/pulumi/invokes.ts"
import type { RegisteredResource } from "../../../local/pulumi/ResourceMonitor.ts"
import type { CreateRequest } from "../../../local/pulumi/ResourceProvider.ts"

const evaluate = async (program: string) => {
  const requests: Array<CreateRequest> = []
  const told: Array<RegisteredResource> = []
  const evaluation = await evaluateProgram({
    program: new URL(`./programs/${program}.ts`, import.meta.url),
    stack: "local",
    invokes: awsInvokes({ accountId: "123456789012", region: "eu-west-1" }),
    providers: {
      "toy:index/toy:Toy": async (request) => {
        requests.push(request)
        if (request.inputs["value"] === "refuse") throw new Error("value must not be refuse.")
        return { id: `id-of-${request.name}`, state: { ...request.inputs, arn: `arn:toy:${request.name}` } }
      }
    },
    onResource: (resource) => told.push(resource)
  })
  return { evaluation, requests, told }
}

describe("a program that the engine can evaluate", async () => {
  const { evaluation, requests, told } = await evaluate("everything")
  const request = (name: string) => requests.find((each) => each.name === name)

  it("ends without an error", () => expect(evaluation.error).toBeUndefined())

  it("reads its configuration from the project and the stack file", () => {
    expect(evaluation.outputs).toMatchObject({
      count: 4,
      enabled: true,
      rules: { Timeout: { action: "heal" } },
      greeting: "hello"
    })
  })

  it("gets the region, the account and the partition from the provider's functions", () => {
    expect(evaluation.outputs["where"]).toBe("aws eu-west-1 123456789012")
  })

  it("hands secrets to the provider unwrapped, however deep, and gives them back as outputs", () => {
    expect(request("secret")?.inputs).toEqual({ value: { deep: ["hush"] } })
    expect(evaluation.outputs["secretValue"]).toEqual({ deep: ["hush"] })
  })

  it("reads text assets, file assets and directories into one archive, relative to the program", () => {
    expect(request("archive")?.inputs).toEqual({
      code: {
        files: {
          "index.mjs": Buffer.from("export const handler = 1"),
          "one.txt": Buffer.from("hello from a file"),
          "all/inner/hello.txt": Buffer.from("hello from a file")
        }
      }
    })
  })

  it("hands a resource among the inputs over as its id", () => {
    expect(request("reference")?.inputs).toEqual({ value: "id-of-secret", arnOfLate: "arn:toy:late" })
  })

  it("creates a resource after everything that it depends on, components included", () => {
    const order = told.map(({ name }) => name)
    expect(order.indexOf("late")).toBeGreaterThan(order.indexOf("outer-inside"))
    expect(order.indexOf("late")).toBeGreaterThan(order.indexOf("archive"))
  })

  it("gives each resource the URN that Pulumi gives it: the types of its components come first, the stack's does not", () => {
    expect(told.find(({ name }) => name === "outer-inside")).toMatchObject({
      urn: "urn:pulumi:local::toys::toy:index:Box$toy:index/toy:Toy::outer-inside",
      parent: "urn:pulumi:local::toys::toy:index:Box::outer"
    })
    expect(told[0]).toMatchObject({ urn: "urn:pulumi:local::toys::pulumi:pulumi:Stack::toys-local", parent: undefined })
  })

  it("keeps what components register as their outputs", () => {
    expect(evaluation.resources.find(({ name }) => name === "outer")?.state).toEqual({
      insideArn: "arn:toy:outer-inside"
    })
  })
})

describe("a program that the engine refuses", () => {
  const refused = async (program: string) => {
    const { evaluation } = await evaluate(program)
    expect(evaluation.outputs).toEqual({})
    return evaluation.error?.message
  }

  it("names a resource type that it does not know", async () => {
    expect(await refused("unknownType")).toBe(
      'aws:kinesis/stream:Stream "orders": the embedded AWS does not know this type of resource.'
    )
  })

  it("names the second of two resources with one URN", async () => {
    expect(await refused("duplicate")).toBe(
      "toy:index/toy:Toy \"twin\": duplicate resource URN 'urn:pulumi:local::toys::toy:index/toy:Toy::twin'; try giving it a unique name."
    )
  })

  it("tells once what the provider said, however many resources depend on the failed one", async () => {
    const { evaluation, requests } = await evaluate("failing")
    expect(evaluation.error?.message).toBe('toy:index/toy:Toy "broken": value must not be refuse.')
    expect(requests.map(({ name }) => name)).toEqual(["broken"])
  })

  it("passes on what the program itself throws", async () => {
    expect(await refused("throwing")).toBe("config: stage must be development or production")
  })

  it("names a function that it does not know", async () => {
    expect(await refused("unknownInvoke")).toBe(
      "aws:index/getAvailabilityZones:getAvailabilityZones: the embedded AWS does not know this function."
    )
  })

  it("names the property of an asset that it cannot read", async () => {
    expect(await refused("remoteAsset")).toBe(
      'toy:index/toy:Toy "remote": code: the asset "https://example.com/code.zip" is remote, which the embedded AWS does not support.'
    )
  })
})

describe("a program that does not get to its end", () => {
  it("fails with what an apply throws, though nobody waits for it", async () => {
    const script = fileURLToPath(new URL("./programs/runThrowingLater.ts", import.meta.url))
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [script])
    expect(stdout).toBe("the apply broke\n")
    expect(stderr).toBe("")
  })

  it("ends early when it is told to, but not before what is being created exists", async () => {
    const controller = new AbortController()
    const creating = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const created: Array<string> = []
    const evaluation = evaluateProgram({
      program: new URL("./programs/never.ts", import.meta.url),
      stack: "local",
      signal: controller.signal,
      providers: {
        "toy:index/toy:Toy": async ({ name, inputs }) => {
          creating.resolve()
          await release.promise
          created.push(name)
          return { id: name, state: { ...inputs, arn: name } }
        }
      }
    })
    await creating.promise
    controller.abort(new Error("Interrupted."))
    release.resolve()
    const { error, outputs } = await evaluation
    expect(error?.message).toBe("Interrupted.")
    expect(outputs).toEqual({})
    expect(created[0]).toBe("slow")
  })
})
