/** The alarms as they are deployed, on the embedded CloudWatch: when they sound, and when they do not. */
import { describe, expect, it } from "vitest"
import { type AlarmSuffix, alarmSuffixes } from "../../../components/resilientQueue/alarmDefinitions.ts"
import { ResilientQueue } from "../../../components/resilientQueue/ResilientQueue.ts"
import { startCloudWatch } from "../../local/cloudwatch/startCloudWatch.ts"
import { deploy } from "../deployed.ts"
import { consumerEntry } from "./consumerEntry.ts"

const { named } = await deploy(() => new ResilientQueue("invoices", { consumer: { entry: consumerEntry } }))

const own = { namespace: "ResilientQueue", dimensions: { Queue: "invoices-queue" } }
const lambda = (name: string) => ({ namespace: "AWS/Lambda", dimensions: { FunctionName: `invoices-${name}` } })
const sqs = (name: string) => ({ namespace: "AWS/SQS", dimensions: { QueueName: `invoices-${name}` } })

/** What happens in one minute, by metric. */
type Minute = ReadonlyArray<
  readonly [metric: { namespace: string; dimensions: Record<string, string> }, name: string, value: number]
>

/** Lets minutes pass, and tells in which state the alarm was at the end of each. */
const during = async (suffix: AlarmSuffix, minutes: readonly Minute[]) => {
  const { create, clock, cloudwatch, state, published } = startCloudWatch()
  await create("MetricAlarm", named(`invoices-${suffix}`).inputs, `invoices-${suffix}`)
  clock.advance(1000)
  const states = minutes.map((minute) => {
    // Not at the edge of a period, where it would count in two.
    clock.advance(30_500)
    for (const [metric, name, value] of minute) cloudwatch.putMetric({ ...metric, name, value, at: clock.now() })
    clock.advance(29_500)
    return state()
  })
  return { states, told: published.slice(1).map(({ subject }) => subject.split(":")[0]) }
}

const minutes = (count: number, at: (minute: number) => Minute): readonly Minute[] =>
  Array.from({ length: count }, (_, minute) => at(minute))

const invocations = (name: string, count: number, errors: number): Minute => [
  [lambda(name), "Invocations", count],
  [lambda(name), "Errors", errors]
]

describe("consumer-crashing", () => {
  it("sounds within minutes when every invocation crashes, in a queue of a message a minute", async () => {
    // Each message is received three times.
    const { states } = await during(
      "consumer-crashing",
      minutes(5, () => invocations("consumer", 3, 3))
    )
    expect(states).toContain("ALARM")
  })

  it("does not sound for one bad message, however quiet the queue is", async () => {
    // Every three minutes it comes back: three receives, then three isolated heals of three receives.
    const { states } = await during(
      "consumer-crashing",
      minutes(60, (minute) => (minute % 3 === 0 ? invocations("consumer", 1, 1) : []))
    )
    expect(new Set(states)).toEqual(new Set(["OK"]))
  })

  it("does not sound for a few crashes among many invocations", async () => {
    const { states } = await during(
      "consumer-crashing",
      minutes(20, () => invocations("consumer", 100, 5))
    )
    expect(new Set(states)).toEqual(new Set(["OK"]))
  })
})

describe("throttling", () => {
  it.each(["consumer", "healer"] as const)(
    "of the %s sounds when it goes on, and not for single minutes",
    async (name) => {
      const throttled: Minute = [[lambda(name), "Throttles", 4]]
      const suffix = `${name}-throttled` as const
      expect(
        (
          await during(
            suffix,
            minutes(3, () => throttled)
          )
        ).states.at(-1)
      ).toBe("ALARM")
      const now = await during(
        suffix,
        minutes(40, (minute) => (minute % 15 < 2 ? throttled : [[lambda(name), "Throttles", 0]]))
      )
      expect(new Set(now.states)).toEqual(new Set(["OK"]))
    }
  )
})

describe("messages-failing", () => {
  const outcome = (processed: number, failed: number): Minute => [
    [own, "MessagesProcessed", processed],
    [own, "MessagesFailed", failed]
  ]

  it("does not sound for one bad message among ten", async () => {
    const { states } = await during(
      "messages-failing",
      minutes(20, (minute) => (minute % 5 === 0 ? outcome(9, 1) : []))
    )
    expect(new Set(states)).toEqual(new Set(["OK"]))
  })

  it("does not sound for a burst that is over", async () => {
    const { states } = await during(
      "messages-failing",
      minutes(20, (minute) => outcome(10, minute === 8 ? 40 : 0))
    )
    expect(new Set(states)).toEqual(new Set(["OK"]))
  })

  it("sounds when a tenth of the messages fails and goes on failing", async () => {
    const { states } = await during(
      "messages-failing",
      minutes(10, () => outcome(90, 10))
    )
    expect(states.at(-1)).toBe("ALARM")
  })
})

describe("dead-letters-received", () => {
  it("tells once of an hour with a failure every two minutes, and once when it is over", async () => {
    const { told } = await during(
      "dead-letters-received",
      minutes(180, (minute) => (minute < 60 && minute % 2 === 0 ? [[own, "DeadLettersReceived", 1]] : []))
    )
    expect(told).toEqual(["ALARM", "OK"])
  })
})

describe("breaker-open", () => {
  it("tells once of an outage in which a message comes back each quarter of an hour", async () => {
    const { told } = await during(
      "breaker-open",
      minutes(180, (minute) =>
        minute % 15 === 0 && minute <= 120 ? [[own, "BreakersOpen", minute < 120 ? 1 : 0]] : []
      )
    )
    expect(told).toEqual(["ALARM", "OK"])
  })
})

describe("dead-letters-waiting", () => {
  const waiting = (count: number, age = 300): Minute => [
    [sqs("dead-letter-queue"), "ApproximateNumberOfMessagesVisible", count],
    [sqs("dead-letter-queue"), "ApproximateAgeOfOldestMessage", age]
  ]

  it("does not sound in an outage, in which thousands come back and are held again", async () => {
    const { states } = await during(
      "dead-letters-waiting",
      minutes(60, () => [...waiting(5000), ...invocations("healer", 300, 0)])
    )
    expect(new Set(states)).toEqual(new Set(["OK"]))
  })

  it.each([
    ["is never invoked", []],
    ["fails each time", invocations("healer", 5, 5)]
  ])("sounds after five minutes in which the healer %s", async (_, healer) => {
    const { states } = await during(
      "dead-letters-waiting",
      minutes(6, () => [...waiting(11), ...healer])
    )
    expect(states.slice(0, 4)).toEqual(Array.from({ length: 4 }, () => "OK"))
    expect(states.at(-1)).toBe("ALARM")
  })

  it("goes on although a schedule invokes the healer every 15 minutes", async () => {
    const { told } = await during(
      "dead-letters-waiting",
      minutes(60, (minute) => [...waiting(11), ...(minute % 15 === 0 ? invocations("healer", 1, 0) : [])])
    )
    expect(told).toEqual(["ALARM"])
  })

  it("sounds when a message has waited for longer than any hold although the healer runs", async () => {
    const { states } = await during(
      "dead-letters-waiting",
      minutes(6, () => [...waiting(11, 43_200), ...invocations("healer", 300, 0)])
    )
    expect(states.at(-1)).toBe("ALARM")
  })
})

describe("messages-late", () => {
  const oldest = (age: number, delayed = 0): Minute => [
    [sqs("queue"), "ApproximateAgeOfOldestMessage", age],
    [sqs("queue"), "ApproximateNumberOfMessagesDelayed", delayed]
  ]

  it("sounds when messages leave untried: none is older than two visibility timeouts then", async () => {
    const { states } = await during(
      "messages-late",
      minutes(4, () => oldest(359))
    )
    expect(states.at(-1)).toBe("ALARM")
  })

  it("does not sound while a healed message is delayed", async () => {
    const { states } = await during(
      "messages-late",
      minutes(15, (minute) => oldest(60 * minute, 1))
    )
    expect(new Set(states)).toEqual(new Set(["OK"]))
  })
})

it("every alarm is in order when nothing goes on", async () => {
  for (const suffix of alarmSuffixes.filter((each) => !each.startsWith("alerts-"))) {
    const { states } = await during(
      suffix,
      minutes(3, () => [])
    )
    expect(states).toEqual(["OK", "OK", "OK"])
  }
})
