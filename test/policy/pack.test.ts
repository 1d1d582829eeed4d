import { runtime } from "@pulumi/pulumi"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { OrderPipeline } from "../../components/orderPipeline/OrderPipeline.ts"
import { policies } from "../../policy/policies.ts"
import { deploy } from "../components/deployed.ts"
import type { Judged } from "./judge.ts"
import { type Pack, startPack } from "./startPack.ts"

const queueType = "aws:sqs/queue:Queue"
const { resources } = await deploy(
  () => new OrderPipeline("orders", { stage: "production", api: { auth: { mode: "iam" } } })
)

let pack: Pack

beforeAll(async () => {
  pack = await startPack()
})

afterAll(() => pack.close())

describe("the policy pack, started as Pulumi starts it", () => {
  it("tells its name, its version and all of its rules", async () => {
    const info = await pack.info()
    expect([info.getName(), info.getVersion()]).toEqual(["resilient-queue", "0.1.0"])
    expect(info.getPoliciesList().map((policy) => policy.getName())).toEqual(policies.map(({ name }) => name))
  })

  it("lets an OrderPipeline in production through, resource by resource and as a whole", async () => {
    const single = await Promise.all(resources.map((resource) => pack.analyze(resource)))
    expect(single.flat()).toEqual([])
    expect(await pack.analyzeStack(resources)).toEqual([])
  })

  it("stops a resource that is against a rule", async () => {
    const queue: Judged = { type: queueType, name: "invoices", inputs: { sqsManagedSseEnabled: false } }
    expect(await pack.analyze(queue)).toEqual([
      {
        policy: "queue-encrypted",
        message: `${queueType} "invoices": sqsManagedSseEnabled is false and kmsMasterKeyId is missing; one of them must be set.`,
        mandatory: true,
        urn: ""
      }
    ])
  })

  it("stops a stack in which something is missing, and says of which resource", async () => {
    const queue: Judged = {
      type: queueType,
      name: "invoices",
      urn: "urn:invoices",
      inputs: { sqsManagedSseEnabled: true }
    }
    expect(await pack.analyzeStack([queue])).toEqual([
      {
        policy: "tls-only",
        message: `${queueType} "invoices": it has no policy; a policy must deny sqs:* to everybody where aws:SecureTransport is false.`,
        mandatory: true,
        urn: "urn:invoices"
      }
    ])
  })

  it("follows the engine's own knowledge of what belongs to what in a preview, where ARNs and URLs are not known", async () => {
    const unknown = runtime.unknownValue
    const computed = {
      arn: unknown,
      url: unknown,
      id: unknown,
      name: unknown,
      policy: unknown,
      redrivePolicy: unknown,
      redriveAllowPolicy: unknown
    }
    const dead: Judged = {
      type: queueType,
      name: "dead",
      urn: "urn:dead",
      inputs: { messageRetentionSeconds: 3600, ...computed }
    }
    const main: Judged = {
      type: queueType,
      name: "main",
      urn: "urn:main",
      inputs: { messageRetentionSeconds: 7200, ...computed },
      sources: { redrivePolicy: ["urn:dead"] }
    }
    const found = await pack.analyzeStack([dead, main])
    expect(found.filter(({ policy }) => policy === "dead-letter-retention")).toEqual([
      {
        policy: "dead-letter-retention",
        message: `${queueType} "dead": messageRetentionSeconds is 3600 as the dead-letter queue of "main", which has 7200; it must be 7201 or more.`,
        mandatory: true,
        urn: "urn:dead"
      }
    ])
    expect(found.filter(({ policy }) => policy !== "dead-letter-retention")).toMatchObject([
      { policy: "tls-only", mandatory: true, urn: "urn:dead" },
      { policy: "tls-only", mandatory: true, urn: "urn:main" },
      { policy: "dead-letter-redrive-allow", mandatory: true, urn: "urn:dead" },
      { policy: "dead-letter-alarm", mandatory: true, urn: "urn:dead" }
    ])
  })

  it("puts a rule off, as a warning, where what it needs is not known in a preview", async () => {
    const policy: Judged = {
      type: "aws:iam/rolePolicy:RolePolicy",
      name: "policy",
      inputs: { policy: runtime.unknownValue }
    }
    const found = await pack.analyze(policy)
    expect(found.map(({ mandatory }) => mandatory)).toEqual(found.map(() => false))
    expect(found.map(({ policy }) => policy)).toEqual(["exact-actions", "exact-resources"])
    expect(found[0]?.message).toMatch(/can't run policy 'exact-actions' .* during preview/)
  })
})
