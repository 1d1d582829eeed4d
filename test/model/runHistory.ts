/** Runs a history until nothing moves, an operator's replay included, and holds the end against what must have come of it. */
import { Effect, Exit } from "effect"
import {
  AuthFailure,
  BadPayload,
  type ClassifiedFailure,
  DependencyFailure,
  Timeout,
  Unknown,
  ValidationError
} from "../../handlers/failure/errors.ts"
import { paymentGateway } from "../../handlers/orders/PaymentGateway.ts"
import { EventSource } from "./EventSource.ts"
import { endOf } from "./endOf.ts"
import type { Behaviour, History } from "./History.ts"
import { ModelAws } from "./ModelAws.ts"
import { makeProcess, type Process } from "./Process.ts"
import { type Cloud, FaultScript, type Ports, portsOf } from "./ports.ts"
import { type Programs, realPrograms, servicesOf } from "./programs.ts"
import { makeRandomSource } from "./RandomSource.ts"
import { beginning, VirtualTime } from "./VirtualTime.ts"
import { type Reached, Watch } from "./Watch.ts"

/** What came of a history. */
export interface HistoryResult {
  /** The invariant that did not hold; `undefined` when all did. */
  readonly violation: string | undefined
  readonly timeline: ReadonlyArray<string>
  /** How many calls were made, and how many met a fault. */
  readonly calls: number
  readonly faults: number
  readonly stored: number
  readonly archived: number
  readonly parked: number
  readonly reached: Readonly<Reached>
}

/** How to run a history. */
export interface RunOptions {
  /** @default the real ones */
  readonly programs?: Programs
  /** Changes what a process sees of AWS. */
  readonly ports?: ((ports: Ports, process: Process, cloud: Cloud) => Ports) | undefined
  /** @default false */
  readonly timeline?: boolean
}

/** More steps than any history takes: it does not come to rest. */
const maxSteps = 60_000

const failures: Readonly<Record<string, (fields: { reason: string; dependency: string }) => ClassifiedFailure>> = {
  AuthFailure: (fields) => new AuthFailure(fields),
  ValidationError: (fields) => new ValidationError(fields),
  BadPayload: (fields) => new BadPayload(fields),
  Timeout: (fields) => new Timeout(fields),
  DependencyFailure: (fields) => new DependencyFailure(fields),
  Unknown: (fields) => new Unknown(fields)
}

const behave = (
  behaviour: Behaviour,
  tries: number,
  process: Process,
  mended: boolean
): Effect.Effect<void, ClassifiedFailure> => {
  if (behaviour._tag === "Succeeds" || behaviour._tag === "Malformed" || tries > behaviour.times || mended)
    return Effect.void
  switch (behaviour._tag) {
    case "Fails": {
      const failure = failures[behaviour.class]
      const fields = { reason: "raised by the model", dependency: paymentGateway }
      return failure === undefined ? Effect.die("broken") : Effect.fail(failure(fields))
    }
    case "Crashes":
      return Effect.suspend(() => {
        process.kill("killed by a message")
        return Effect.never
      })
    case "Hangs":
      return Effect.sleep("40 seconds")
  }
}

/** Runs a history. The same history gives the same result. */
export const runHistory = (history: History, options: RunOptions = {}): HistoryResult => {
  const { programs = realPrograms, ports = (own: Ports) => own } = options
  const time = new VirtualTime()
  const random = makeRandomSource(history.seed ^ 0x5bd1e995)
  const watch = new Watch(history, time, options.timeline === true)
  const aws = new ModelAws(history, time, random, watch)
  const faults = new FaultScript(history, time, watch)
  const cloud: Cloud = { aws, time, random, faults, watch }

  const environment = (kind: Process["kind"]) => (name: string) => {
    const process = makeProcess(name, kind, random.between(-history.clockSkew, history.clockSkew) * 1000)
    const services = servicesOf(ports(portsOf(cloud, process), process, cloud), {
      history,
      clock: time.clock(process.skewMilliseconds),
      random,
      chaos: {
        raise: (itemName) =>
          Effect.suspend(() => {
            const origin = watch.origins[Number(itemName.replace("item-", ""))]
            if (!process.alive) return Effect.never
            if (origin === undefined) return Effect.die(`No message has the item ${itemName}`)
            origin.tries += 1
            return behave(origin.arrival.behaviour, origin.tries, process, faults.mended)
          })
      },
      payments: {
        authorise: () =>
          Effect.suspend(() =>
            faults.isDown(paymentGateway)
              ? Effect.fail(new DependencyFailure({ reason: "503", dependency: paymentGateway }))
              : Effect.void
          )
      }
    })
    return { process, services }
  }

  const { batchSize, concurrency, visibilityTimeout } = history
  const sources = [
    new EventSource(cloud, {
      queue: "main",
      batchSize,
      concurrency,
      visibilityTimeoutSeconds: visibilityTimeout,
      environment: environment("consumer"),
      handle: programs.consume
    }),
    new EventSource(cloud, {
      queue: "dead-letter",
      batchSize,
      concurrency,
      visibilityTimeoutSeconds: visibilityTimeout,
      environment: environment("healer"),
      handle: (event, context) => programs.heal(event, context.awsRequestId)
    })
  ]

  let steps = 0
  /** Until nothing moves, or something is wrong. */
  const run = () => {
    for (;;) {
      if (watch.violation !== undefined) return
      steps += 1
      if (steps > maxSteps) return watch.violated("The history does not come to rest")
      const event = time.nextEventAt
      let at = event
      let poll: EventSource | undefined
      for (const source of sources) {
        const pollAt = source.nextPollAt
        if (pollAt === undefined || (at !== undefined && pollAt >= at)) continue
        at = pollAt
        poll = source
      }
      if (at === undefined) return
      if (poll === undefined) time.advanceTo(at)
      else {
        time.now = Math.max(time.now, at)
        poll.poll()
        time.runTasks()
      }
    }
  }

  for (const origin of watch.origins) {
    time.after(origin.arrival.at * 1000, () => {
      const { body, attributes, index } = origin
      origin.accepted = true
      watch.note(() => `message ${index} arrives: ${JSON.stringify(origin.arrival.behaviour)}`)
      aws.send(
        "main",
        {
          body,
          attributes,
          // On a standard queue: of a fair queue.
          messageGroupId: origin.arrival.group,
          ...(history.fifo ? { messageDeduplicationId: `arrival-${index}` } : {})
        },
        undefined,
        false
      )
      origin.sentOrder = time.now * 1000 + index
    })
  }
  run()

  if (history.replay && watch.violation === undefined) {
    // An operator mends what was broken, and replays what waits for that, as often as the command dies.
    faults.mended = true
    for (let command = 1; command <= 30 && watch.violation === undefined; command++) {
      const { process, services } = environment("operator")(`operator ${command}`)
      let done = false
      Effect.runForkWith(services)(programs.replay, { scheduler: time.scheduler }).addObserver((exit) => {
        done = Exit.isSuccess(exit)
        watch.note(() => `${process.name}: the replay ${done ? "ends" : `fails: ${exit}`}`)
      })
      time.runTasks()
      run()
      if (done) break
    }
  }

  const violation = watch.violation ?? endOf(cloud, history)
  return {
    violation,
    timeline: watch.timeline ?? [],
    calls: faults.calls,
    faults: watch.faults,
    stored: watch.origins.filter(aws.isStored).length,
    archived: watch.origins.filter(({ archived }) => archived).length,
    parked: watch.origins.filter(({ parked }) => parked).length,
    reached: watch.reached
  }
}

/** Seconds since the beginning, for people. */
export const secondsOf = (time: number): number => (time - beginning) / 1000
