import { expect, test } from "vitest"
import { differences } from "../../bench/deploy/differences.ts"
import { evaluate, resourcesOf } from "../../bench/deploy/measure.ts"
import { deploymentReport, deploymentRows } from "../../bench/deploy/report.ts"
import { expectWithin } from "./ceilings.ts"

test("the stack has no more resources of any type than before, and a second evaluation gives the same inputs", async () => {
  const [first, second] = [await evaluate("dev"), await evaluate("dev")]
  for (const [type, count] of resourcesOf(first)) expectWithin(["resources of the stack", type], count)
  expect(differences(first.engine.resources, second.engine.resources)).toEqual([])
})

const queue = (inputs: Readonly<Record<string, unknown>>, urn = "urn:pulumi:dev::p::aws:sqs/queue:Queue::q") => ({
  urn,
  inputs,
  protect: false
})

test("a difference is named with its resource and the way to it", () => {
  const before = [queue({ delay: 1, tags: { by: "a" }, code: { text: "const first = 1" } })]
  expect(differences(before, before)).toEqual([])
  expect(differences(before, [queue({ delay: 2, tags: {}, code: { text: "const second = 1" } })])).toEqual([
    "aws:sqs/queue:Queue::q: delay is 1 and 2.",
    'aws:sqs/queue:Queue::q: tags.by is "a" and nothing.',
    'aws:sqs/queue:Queue::q: code.text parts at character 6: "const first = 1" and "const second = 1".'
  ])
  expect(
    differences(
      before,
      before.map((each) => ({ ...each, protect: true }))
    )
  ).toEqual(["aws:sqs/queue:Queue::q: protect is false and true."])
})

test("a resource that is only in one of the evaluations is a difference", () => {
  expect(differences([queue({})], [queue({}, "urn:pulumi:dev::p::aws:sqs/queue:Queue::other")])).toEqual([
    "aws:sqs/queue:Queue::q is missing in the second evaluation.",
    "aws:sqs/queue:Queue::other is new in the second evaluation."
  ])
})

test("the report says how many resources there are and whether a second evaluation differs", () => {
  const deployment = {
    evaluateMilliseconds: 2000,
    bundles: [{ entry: "orders/a.handler.ts", bytes: 204_800, gzipBytes: 51_200, milliseconds: 300 }],
    resources: new Map([
      ["aws:sqs/queue:Queue", 3],
      ["resilient-queue:index:ResilientQueue", 1]
    ]),
    differences: []
  }
  const report = deploymentReport(deployment)
  expect(report).toContain("3 AWS resources in 1 components")
  expect(report).toContain("no difference")
  expect(deploymentReport({ ...deployment, differences: ["q: delay is 1 and 2."] })).toContain("- q: delay is 1 and 2.")
  expect(deploymentRows(deployment)).toContainEqual({ name: "second evaluation", differences: 0 })
  expect(deploymentRows(deployment)).toContainEqual({ name: "resources", count: 3, components: 1 })
})
