/** Watches a running system for the page: what is true now, what flows, what happens. */
import type { FailureLine } from "../../handlers/operations/FailureLine.ts"
import { printEvents } from "../events.ts"
import type { System } from "../withSystem.ts"
import { alarmViews } from "./alarmViews.ts"
import type { EventHub } from "./EventHub.ts"
import { meterFlows, writersOf } from "./flows.ts"
import type { GatewaySwitch } from "./gatewayModes.ts"
import type { Operations } from "./operations.ts"
import type { AlarmView, BreakerView, EventLine, LiveState, NodeFigures } from "./protocol.ts"
import type { Topology } from "./topology/Topology.ts"

/** How often flows and lines are sent, in milliseconds: as often as an eye can follow. */
const flushMilliseconds = 250

/** How often the tables are read while something happens, in milliseconds; less often when reading takes long. */
const readMilliseconds = 700

/** The rest between two reads is this many times what a read takes, up to a limit in milliseconds. */
const restFactor = 4
const longestRest = 3000

/** How long after the last event the tables are still read: a consumer's word comes after its log line. */
const settlingMilliseconds = 4000

/** What is being watched. */
export interface Watch {
  readonly alarms: () => ReadonlyArray<AlarmView>
  readonly failures: () => ReadonlyArray<FailureLine>
  /** Reads the tables soon, though nothing has happened that would tell. */
  readonly touch: () => void
  readonly stop: () => Promise<void>
}

const codes = /\b(AUTH_FAILURE|VALIDATION_ERROR|BAD_PAYLOAD|TIMEOUT|DEPENDENCY_FAILURE|UNKNOWN)\b/

const toneOf = (text: string): EventLine["tone"] => {
  if (/^(?:ALARM|ALERT) /.test(text)) return "alarm"
  if (/ stored in \d+ ms|recovered/.test(text) || /^alarm .* is OK$/.test(text)) return "good"
  return codes.test(text) || /without a reason|invocation ended|Task timed out/.test(text) ? "failure" : "plain"
}

/** Begins to watch. */
export const watchSystem = (
  { aws, payment, outputs, resources }: System,
  topology: Topology,
  {
    hub,
    operations,
    gateway
  }: { readonly hub: EventHub; readonly operations: Operations; readonly gateway: GatewaySwitch }
): Watch => {
  const { nodes } = topology
  const meter = meterFlows(aws, topology, resources, String(outputs["failuresTableName"]))
  const viewsOf = alarmViews(resources, topology)
  const alarms = () => viewsOf(aws.cloudwatch.alarms())
  let touchedAt = performance.now()
  let lines: ReadonlyArray<FailureLine> = []
  let breakers: ReadonlyArray<BreakerView> = []
  const counts = new Map<string, number>()
  let stored = 0

  const touch = (): void => {
    touchedAt = performance.now()
  }
  const labels = new Map(nodes.map(({ id, label }) => [id, label]))
  const labelsOfGroups = [...writersOf(resources)].map(
    ([group, id]) => [group.replace(/^\/aws\/lambda\//, ""), labels.get(id)] as const
  )
  const withLabel = (text: string): string => {
    const [group, label] = labelsOfGroups.find(([name]) => text.startsWith(`${name}:`)) ?? []
    return group === undefined || label === undefined ? text : `${label}${text.slice(group.length)}`
  }
  const stopPrinting = printEvents(
    aws,
    (line) => {
      touch()
      const text = withLabel(line.replace(/^\d\d:\d\d:\d\d /, ""))
      hub.addLine({ at: Date.now(), text, tone: toneOf(text), code: codes.exec(text)?.[1] })
    },
    Date.now
  )
  const endings = [meter.stop, stopPrinting, aws.s3.onPut(touch), aws.onQueued(touch), aws.sqs.subscribe(touch)]

  const figuresOf = (id: string, kind: string, arn: string | undefined): NodeFigures => {
    if (kind === "queue" && arn !== undefined) {
      const { visible, inFlight, delayed } = aws.sqs.depth(arn)
      return { visible, inFlight, delayed }
    }
    if (kind === "function") return { ...(meter.functions.get(id) ?? { invocations: 0, errors: 0, running: 0 }) }
    if (kind === "topic") return { count: meter.published.get(id) ?? 0 }
    const count = counts.get(id)
    return count === undefined ? {} : { count }
  }

  const stateNow = (): LiveState => ({
    at: Date.now(),
    figures: Object.fromEntries(nodes.map(({ id, kind, arn }) => [id, figuresOf(id, kind, arn)])),
    alarms: alarms(),
    breakers,
    stored,
    statuses: Object.fromEntries(
      [...Map.groupBy(lines, ({ status }) => status)].map(([name, all]) => [name, all.length])
    ),
    gatewayMode: gateway.mode()
  })

  /** Of the archive its messages: beside them it holds what replays have written down. */
  const objectsIn = (bucket: string): number => {
    const objects = aws.s3.objects(bucket)
    return (bucket === outputs["archiveBucketName"] ? objects.filter(({ key }) => key.startsWith("class=")) : objects)
      .length
  }

  const read = async (): Promise<void> => {
    const failures = await operations.failures()
    lines = failures.lines
    breakers = await operations.breakers(meter.dependencies())
    for (const { id, kind, physicalName } of nodes) {
      if (kind === "bucket") counts.set(id, objectsIn(physicalName))
      if (kind === "external") counts.set(id, payment.calls().length)
      if (kind !== "table") continue
      const items = await aws.dynamodb.items(physicalName)
      if (physicalName === outputs["failuresTableName"]) counts.set(id, lines.length)
      else
        counts.set(id, items.filter((item) => item["storedAt"] !== undefined || item["orderId"] === undefined).length)
      if (physicalName === outputs["ordersTableName"]) stored = counts.get(id) ?? 0
    }
    hub.setFailures({ groups: failures.groups, more: failures.more })
  }

  let reading: Promise<void> = Promise.resolve()
  let isReading = false
  let readAt = Number.NEGATIVE_INFINITY
  let nextReadAt = 0
  const readWhenDue = (): void => {
    const now = performance.now()
    if (isReading || now < nextReadAt || readAt > touchedAt + settlingMilliseconds) return
    isReading = true
    readAt = now
    reading = read()
      // While the system stops, its tables do too.
      .catch(() => undefined)
      .finally(() => {
        isReading = false
        const rest = Math.min(longestRest, restFactor * (performance.now() - now))
        nextReadAt = performance.now() + Math.max(readMilliseconds, rest)
      })
  }

  const timer = setInterval(() => {
    const flows = meter.take()
    if (hub.size === 0) return
    readWhenDue()
    hub.addFlows(flows)
    hub.setState(stateNow())
    hub.flush()
  }, flushMilliseconds)

  return {
    alarms,
    failures: () => lines,
    touch,
    stop: async () => {
      clearInterval(timer)
      for (const end of endings) end()
      await reading
    }
  }
}
