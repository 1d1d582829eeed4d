/** `npm run bench:status`: the time from a failure to its line in `status`, on the embedded AWS. */
import { ConfigProvider, Effect, Layer, Logger } from "effect"
import { DynamoDb } from "../handlers/aws/DynamoDb.ts"
import { QueueInspection } from "../handlers/aws/QueueInspection.ts"
import { HealerLedger } from "../handlers/ledger/HealerLedger.ts"
import { systemStatus } from "../handlers/operations/systemStatus.ts"
import { useInstance } from "../local/replayInstance.ts"
import { withSystem } from "../local/withSystem.ts"
import { machine } from "./page/machine.ts"

const failures = 20
const longestMilliseconds = 30_000

const text = (value: unknown): string => String(value)

/** Places an order whose payment is refused, and waits for its failure to be in the status. */
const measure = async (apiUrl: string, seen: () => Promise<boolean>, index: number): Promise<number> => {
  const orderId = `S${index}`
  const order = { orderId, itemName: "ChaosAuthFailure", quantity: 1 }
  const startedAt = performance.now()
  const answer = await fetch(`${apiUrl.replace(/\/$/, "")}/orders`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(order)
  })
  if (answer.status !== 202) throw new Error(`The order was answered with ${answer.status}.`)
  while (!(await seen()))
    if (performance.now() - startedAt > longestMilliseconds) throw new Error(`${orderId} was never seen.`)
  return performance.now() - startedAt
}

const options = {
  program: new URL("../index.ts", import.meta.url),
  stack: "local",
  signal: new AbortController().signal
}

await withSystem(options, async ({ aws, outputs }) => {
  useInstance({ ...aws.account, administrator: aws.iam.administrator })
  const services = HealerLedger.layer.pipe(
    Layer.provideMerge(Layer.mergeAll(DynamoDb.layer, QueueInspection.layer)),
    Layer.provideMerge(
      ConfigProvider.layer(ConfigProvider.fromUnknown({ FAILED_TABLE: text(outputs["failuresTableName"]) }))
    ),
    Layer.provideMerge(Logger.layer([]))
  )
  const queues = {
    main: text(outputs["orderQueueUrl"]),
    "dead-letter": text(outputs["deadLetterQueueUrl"]),
    parking: text(outputs["parkingQueueUrl"])
  }
  const seen = async (count: number): Promise<boolean> => {
    const status = await Effect.runPromise(systemStatus({ queues }).pipe(Effect.provide(services)))
    return status.groups.some((group) => (group.statuses["awaiting-operator"] ?? 0) >= count)
  }
  const times: Array<number> = []
  for (let index = 0; index < failures; index++)
    times.push(await measure(text(outputs["apiUrl"]), () => seen(index + 1), index))
  times.sort((one, other) => one - other)
  const at = (share: number): string => `${((times[Math.ceil(share * times.length) - 1] ?? 0) / 1000).toFixed(2)} s`
  console.log(
    `From the request for an order that fails to its line in the status, ${failures} times, on the embedded AWS (${machine([])}):`
  )
  console.log(
    `median ${at(0.5)}, 90th percentile ${at(0.9)}, longest ${at(1)}; the first includes the functions' cold starts.`
  )
})
