/**
 * The ports of one process: each call takes time, may meet a fault, and dies with its process. The operations themselves
 * are those of `ModelAws`.
 */
import { Effect, Exit, Result } from "effect"
import type { AwsError } from "../../handlers/aws/AwsError.ts"
import type { DynamoDb } from "../../handlers/aws/DynamoDb.ts"
import type { S3 } from "../../handlers/aws/S3.ts"
import type { Sns } from "../../handlers/aws/Sns.ts"
import type { Sqs } from "../../handlers/aws/Sqs.ts"
import { AuthFailure, DependencyFailure } from "../../handlers/failure/errors.ts"
import type { FaultKind, History, Outage } from "./History.ts"
import type { ModelAws } from "./ModelAws.ts"
import type { Process } from "./Process.ts"
import type { RandomSource } from "./RandomSource.ts"
import { beginning, type VirtualTime } from "./VirtualTime.ts"
import type { Watch } from "./Watch.ts"

/** AWS as a process sees it. */
export interface Ports {
  readonly sqs: Sqs["Service"]
  readonly dynamoDb: DynamoDb["Service"]
  readonly s3: S3["Service"]
  readonly sns: Sns["Service"]
}

/** Which call meets which fault. */
export class FaultScript {
  readonly #faults: ReadonlyMap<number, FaultKind>
  readonly #outages: ReadonlyArray<Outage>
  readonly #time: VirtualTime
  readonly #watch: Watch
  /** Calls so far. */
  calls = 0
  /** Once an operator has mended what was broken. */
  mended = false

  constructor(history: History, time: VirtualTime, watch: Watch) {
    this.#faults = new Map(history.faults.map(({ call, kind }) => [call, kind]))
    this.#outages = history.outages
    this.#time = time
    this.#watch = watch
  }

  /** Whether a service or dependency is down. */
  isDown(service: string): boolean {
    const seconds = (this.#time.now - beginning) / 1000
    return this.#outages.some(({ of, from, until }) => of === service && seconds >= from && seconds < until)
  }

  /** Counts a call; answers the fault that it meets. */
  next(service: string): FaultKind | undefined {
    this.calls += 1
    const fault = this.isDown(service) ? "unavailable" : this.#faults.get(this.calls)
    if (fault !== undefined) this.#watch.faults += 1
    return fault
  }
}

/** What the calls of all processes have in common. */
export interface Cloud {
  readonly aws: ModelAws
  readonly time: VirtualTime
  readonly random: RandomSource
  readonly faults: FaultScript
  readonly watch: Watch
}

/** Longer than leases, visibility timeouts and functions may last; within an SDK that waits for its answer. */
const slowSeconds = [4, 20, 45, 200] as const

/** The ports of a process. */
export const portsOf = ({ aws, time, random, faults, watch }: Cloud, process: Process): Ports => {
  const call = <A, E>(
    service: "sqs" | "dynamodb" | "s3" | "sns",
    what: string,
    operation: (again: boolean) => Exit.Exit<A, E>,
    { once = false }: { readonly once?: boolean | undefined } = {}
  ): Effect.Effect<A, E | AwsError> =>
    Effect.callback((resume) => {
      if (!process.alive) return
      const fault = faults.next(service)
      const number = faults.calls
      let wanted = true
      const line = (more: string) => `${process.name}: call ${number}, ${service} ${what}${more}`
      if (fault !== undefined && process.kind === "healer") watch.healerTroubles += 1
      if (fault === "killed-before") {
        watch.note(() => line(": killed before it"))
        process.kill("killed")
        return
      }
      time.after(random.between(5, 60), () => {
        // A request that is on its way when its process dies may or may not arrive.
        if (!(wanted && process.alive) && random.chance(0.5)) return
        if (fault === "unavailable" || fault === "refused") {
          watch.note(() => line(`: ${fault}`))
          // What throttling turns away had certainly no effect; of another failure its caller cannot know.
          const reason = { reason: `${what}: ${random.pick(["ThrottlingException", "503"])}`, dependency: service }
          resume(Effect.fail(fault === "refused" ? new AuthFailure(reason) : new DependencyFailure(reason)))
          return
        }
        const first = operation(false)
        const answer = fault === "repeated" && !once ? operation(true) : first
        watch.note(() => line(`${Exit.isFailure(answer) ? ": failed" : ""}${fault === undefined ? "" : `: ${fault}`}`))
        if (!process.alive) return
        if (fault === "killed-after") process.kill("killed")
        else if (fault === "answer-lost")
          resume(Effect.fail(new DependencyFailure({ reason: "the answer was lost", dependency: service })))
        else if (fault === "slow")
          time.after(random.pick(slowSeconds) * 1000, () => {
            if (process.alive) resume(answer)
          })
        else resume(answer)
      })
      return Effect.sync(() => {
        wanted = false
      })
    })

  /** One request, whose entries share its fate; or, as often, each entry has its own: SQS takes some and refuses others. */
  const batch = <A, B>(
    what: (entry: A) => string,
    entries: ReadonlyArray<A>,
    operation: (entry: A, again: boolean) => Exit.Exit<B, AwsError>,
    options?: { readonly once?: boolean | undefined }
  ): Effect.Effect<ReadonlyArray<Result.Result<B, AwsError>>> => {
    if (entries.length === 0) return Effect.succeed([])
    if (entries.length === 1 || random.chance(0.5))
      return Effect.forEach(entries, (entry) =>
        Effect.result(call("sqs", what(entry), (again) => operation(entry, again), options))
      )
    return call(
      "sqs",
      `batch: ${entries.map(what).join(", ")}`,
      (again) => Exit.succeed(entries.map((entry) => operation(entry, again))),
      options
    ).pipe(
      Effect.flatMap((exits) => Effect.forEach(exits, (exit) => Effect.result(exit))),
      Effect.catch((error) => Effect.succeed(entries.map(() => Result.fail(error))))
    )
  }

  return {
    sqs: {
      send: (url, message, options) =>
        call(
          "sqs",
          `send to ${url}, message ${watch.originOf(message.body)?.index}`,
          (again) => aws.send(url, message, process, again),
          options
        ),
      sendBatch: (url, messages, options) =>
        batch(
          ({ body }) => `send to ${url}, message ${watch.originOf(body)?.index}`,
          messages,
          (message, again) => aws.send(url, message, process, again),
          options
        ),
      changeVisibility: (url, receipt, seconds) =>
        call("sqs", `changeVisibility ${url} ${receipt} ${seconds} s`, () =>
          aws.changeVisibility(url, receipt, seconds)
        ),
      changeVisibilityBatch: (url, changes) =>
        batch(
          ({ receiptHandle, visibilityTimeoutSeconds }) =>
            `changeVisibility ${url} ${receiptHandle} ${visibilityTimeoutSeconds} s`,
          changes,
          ({ receiptHandle, visibilityTimeoutSeconds }) =>
            aws.changeVisibility(url, receiptHandle, visibilityTimeoutSeconds)
        ),
      delete: (url, receipt) => call("sqs", `delete ${url} ${receipt}`, () => aws.delete(url, receipt)),
      deleteBatch: (url, receipts) =>
        batch(
          (receipt) => `delete ${url} ${receipt}`,
          receipts,
          (receipt) => aws.delete(url, receipt)
        )
    },
    dynamoDb: {
      get: (table, key) => call("dynamodb", `get ${table} ${Object.values(key)}`, () => aws.get(table, key)),
      getMany: (table, keys) =>
        keys.length === 0
          ? Effect.succeed([])
          : call("dynamodb", `getMany ${table} ${keys.flatMap((key) => Object.values(key)).join(", ")}`, () =>
              Exit.succeed(keys.map((key) => aws.item(table, key)))
            ),
      put: (request) =>
        call("dynamodb", `put ${request.tableName} ${request.item["lineageId"] ?? request.item["orderId"]}`, () =>
          aws.put(request)
        ),
      update: (request) =>
        call("dynamodb", `update ${request.tableName} ${Object.values(request.key)}`, () => aws.update(request)),
      query: (request) => call("dynamodb", `query ${request.tableName}`, () => aws.query(request))
    },
    s3: {
      put: ({ key, body }) => call("s3", `put ${key}`, () => aws.putObject(key, body)),
      get: (_, key) => call("s3", `get ${key}`, () => aws.getObject(key))
    },
    sns: { publish: (_, notification) => call("sns", "publish", () => aws.publish(notification)) }
  }
}
