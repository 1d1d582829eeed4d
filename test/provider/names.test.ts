import { describe, expect, it } from "vitest"
import { DeadLetterHealer } from "../../components/deadLetterHealer/DeadLetterHealer.ts"
import { OrderPipeline } from "../../components/orderPipeline/OrderPipeline.ts"
import { ResilientQueue } from "../../components/resilientQueue/ResilientQueue.ts"
import { type Deployed, deploy, refused } from "../components/deployed.ts"
import { consumerEntry } from "../components/resilientQueue/consumerEntry.ts"
import { account, physicalName, region, stateInAccount } from "./account.ts"
import { healer, type Place, type Program, pipeline, queue } from "./programs.ts"
import { problemsIn } from "./validate.ts"

/** What nobody else in an account may have: physical names, by type. */
const namesOf = (resources: ReadonlyArray<Deployed>, place: Place): ReadonlyArray<string> =>
  resources.flatMap(({ type, name, inputs }) => {
    const physical = physicalName({ ...place, type, name, inputs }) ?? inputs["dashboardName"]
    // Stages belong to their API.
    return physical === undefined || type.includes("stage:Stage") ? [] : [`${type} ${physical}`]
  })

const deployed = async (program: Program, place: Place) => {
  const { resources } = await program.run(place)
  return namesOf(resources, place)
}

const shared = (one: ReadonlyArray<string>, other: ReadonlyArray<string>) => one.filter((name) => other.includes(name))

/** A name whose children have names of their own, as long as it may be. */
const nameOf = (length: number) => `o${"r".repeat(length - 1)}`

const longest = { OrderPipeline: 39, ResilientQueue: 42, DeadLetterHealer: 44 } as const

/** The longest that Pulumi takes for a project and a stack. */
const longPlace = { project: `p${"r".repeat(99)}`, stack: `s${"t".repeat(99)}` }

describe("physical names", () => {
  it("are there, one for each resource that has one", async () => {
    const names = await deployed(pipeline("a pipeline"), { project: "p", stack: "s" })
    expect(names.length).toBeGreaterThan(30)
    expect(new Set(names).size).toBe(names.length)
  })

  it.each([
    ["two stacks of a program", { project: "orders", stack: "dev" }, { project: "orders", stack: "test" }],
    ["stacks of one name of two programs", { project: "orders", stack: "dev" }, { project: "shop", stack: "dev" }],
    [
      "stacks whose names differ by a dot",
      { project: "orders", stack: "dev.eu" },
      { project: "orders", stack: "dev-eu" }
    ]
  ])("of %s are different", async (_, one, other) => {
    const program = pipeline("a pipeline")
    expect(shared(await deployed(program, one), await deployed(program, other))).toEqual([])
  })

  it("of two pipelines, two queues and two healers in one stack are different, and each is a valid stack", async () => {
    const place = { project: "shop", stack: "dev" }
    const deployment = await deploy(
      () => [
        ...["orders", "returns"].map(
          (name) => new OrderPipeline(name, { stage: "development", api: { auth: { mode: "none" } } })
        ),
        ...["invoices", "letters"].map((name) => new ResilientQueue(name, { consumer: { entry: consumerEntry } })),
        ...["legacy-1", "legacy-2"].map(
          (name) =>
            new DeadLetterHealer(name, {
              deadLetterQueueArn: `arn:aws:sqs:${region}:${account}:${name}-dead`,
              redriveTo: { queueArn: `arn:aws:sqs:${region}:${account}:${name}` }
            })
        )
      ],
      { ...place, stateOf: stateInAccount }
    )
    const names = namesOf(deployment.resources, place)
    expect(new Set(names).size).toBe(names.length)
    expect(new Set(deployment.resources.map(({ urn }) => urn)).size).toBe(deployment.resources.length)
    expect(problemsIn(deployment.resources, place)).toEqual([])
  })

  it.each([
    ["an OrderPipeline", (name: string) => pipeline("longest", {}, name), longest.OrderPipeline],
    ["a ResilientQueue", (name: string) => queue("longest", name), longest.ResilientQueue],
    ["a DeadLetterHealer", (name: string) => healer("longest", name), longest.DeadLetterHealer]
  ] as const)(
    "of %s fit their services with the longest name of component, project and stack",
    async (_, make, length) => {
      const { resources } = await make(nameOf(length)).run(longPlace)
      expect(problemsIn(resources, longPlace)).toEqual([])
      // Not a character is given away.
      const one = resources.map((each) => ({ ...each, name: each.name.replace(nameOf(length), nameOf(length + 1)) }))
      expect(problemsIn(one, longPlace).join("\n")).toMatch(/64 is the most/)
    }
  )

  it("of a webhook's function fit with the longest name that it may have beside its component's", async () => {
    const make = (webhook: string) =>
      new ResilientQueue("invoices", {
        consumer: { entry: consumerEntry },
        alerts: { webhooks: [{ kind: "slack", name: webhook, url: "https://hooks.slack.com/services/x" }] }
      })
    const { resources } = await deploy(() => make(nameOf(35)), { ...longPlace, stateOf: stateInAccount })
    expect(problemsIn(resources, longPlace)).toEqual([])
    const { error } = await refused(() => make(nameOf(36)))
    expect(String(error)).toContain("it must be at most 35 characters long")
    // Not a character is given away.
    const one = resources.map((each) => ({ ...each, name: each.name.replace(nameOf(35), nameOf(36)) }))
    expect(problemsIn(one, longPlace).join("\n")).toMatch(/64 is the most/)
  })

  it.each([
    [
      "an OrderPipeline",
      (name: string) => new OrderPipeline(name, { stage: "development", api: { auth: { mode: "none" } } }),
      longest.OrderPipeline
    ],
    [
      "a ResilientQueue",
      (name: string) => new ResilientQueue(name, { consumer: { entry: consumerEntry } }),
      longest.ResilientQueue
    ],
    [
      "a DeadLetterHealer",
      (name: string) =>
        new DeadLetterHealer(name, {
          deadLetterQueueArn: `arn:aws:sqs:${region}:${account}:dead`,
          redriveTo: { queueArn: `arn:aws:sqs:${region}:${account}:orders` }
        }),
      longest.DeadLetterHealer
    ]
  ] as const)("of %s that could not fit are refused before anything is made", async (_, make, length) => {
    for (const name of [nameOf(length + 1), "order_queue", "1st", "", "Orders."]) {
      const { error, registered } = await refused(() => make(name))
      expect(String(error)).toContain(`it must be a letter, then at most ${length - 1} letters, digits or hyphens`)
      expect(registered).toBe(0)
    }
  })
})
