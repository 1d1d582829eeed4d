/** Messages on the edges of the topology, from what the embedded AWS tells of itself and what the functions log. */
import type { EmbeddedAws } from "../EmbeddedAws.ts"
import type { RegisteredResource } from "../pulumi/ResourceMonitor.ts"
import type { Flow } from "./protocol.ts"
import type { Topology, TopologyEdge } from "./topology/Topology.ts"

/** The parts of an embedded AWS that tell of messages. */
export type FlowSources = Pick<EmbeddedAws, "onQueued"> & {
  readonly cloudwatch: Pick<EmbeddedAws["cloudwatch"], "onLog">
  readonly sns: Pick<EmbeddedAws["sns"], "onPublish">
  readonly sqs: Pick<EmbeddedAws["sqs"], "subscribe">
}

/** What a function has done since the console started. */
export interface FunctionFigures {
  readonly invocations: number
  readonly errors: number
  readonly running: number
}

/** Counts flows and invocations. */
export interface FlowMeter {
  /** What has flowed since the last time. */
  readonly take: () => ReadonlyArray<Flow>
  /** By node. */
  readonly functions: ReadonlyMap<string, FunctionFigures>
  /** Messages that topics have accepted, by node. */
  readonly published: ReadonlyMap<string, number>
  /** Dependencies that failures have named, the newest last. */
  readonly dependencies: () => ReadonlyArray<string>
  readonly stop: () => void
}

type Fields = Readonly<Record<string, unknown>>

/** More names of dependencies than this are nobody's: they come from errors. */
const dependenciesKept = 20

const fieldsOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {}

const parse = (message: string): Fields => {
  try {
    return fieldsOf(JSON.parse(message))
  } catch {
    return {}
  }
}

const text = (fields: Fields, name: string): string => {
  const value = fields[name]
  return typeof value === "string" ? value : ""
}

/** Which node writes to which log group. */
export const writersOf = (resources: ReadonlyArray<RegisteredResource>): ReadonlyMap<string, string> => {
  const writers = new Map<string, string>()
  for (const { type, name, state } of resources) {
    if (type === "aws:lambda/function:Function")
      writers.set(
        text(fieldsOf(state["loggingConfig"]), "logGroup") || `/aws/lambda/${text(state, "name")}`,
        `function:${name}`
      )
    if (type !== "aws:apigatewayv2/stage:Stage") continue
    const group = text(fieldsOf(state["accessLogSettings"]), "destinationArn").split(":log-group:")[1]
    const api = resources.find((each) => each.type === "aws:apigatewayv2/api:Api" && each.id === text(state, "apiId"))
    if (group !== undefined && api !== undefined) writers.set(group.replace(/:\*$/, ""), `api:${api.name}`)
  }
  return writers
}

/** Begins to count. */
export const meterFlows = (
  { onQueued, cloudwatch, sns, sqs }: FlowSources,
  topology: Topology,
  resources: ReadonlyArray<RegisteredResource>,
  ledgerTable: string | undefined
): FlowMeter => {
  const { nodes, edges } = topology
  const flows = new Map<string, Flow>()
  const functions = new Map<string, FunctionFigures>()
  const published = new Map<string, number>()
  const dependencies = new Set<string>()
  const byArn = new Map(nodes.flatMap(({ arn, id }) => (arn === undefined ? [] : [[arn, id] as const])))
  const kindOf = new Map(nodes.map(({ id, kind }) => [id, kind]))
  const ledger = nodes.find(({ kind, physicalName }) => kind === "table" && physicalName === ledgerTable)?.id
  const deadLetterQueues = new Set(edges.filter(({ kind }) => kind === "redrive").map(({ to }) => to))
  const writers = writersOf(resources)

  const add = (wanted: (edge: TopologyEdge) => boolean, tone: string, count = 1): void => {
    for (const { id } of edges.filter(wanted)) {
      const key = `${id} ${tone}`
      flows.set(key, { edge: id, tone, count: count + (flows.get(key)?.count ?? 0) })
    }
  }
  const uses = (from: string, isTarget: (id: string) => boolean, tone: string, count = 1): void =>
    add((edge) => edge.kind === "uses" && edge.from === from && isTarget(edge.to), tone, count)
  const isA = (kind: string) => (id: string) => kindOf.get(id) === kind

  const isDeadLetterQueue = (id: string): boolean => deadLetterQueues.has(id)
  const isLedger = (id: string): boolean => id === ledger
  /** Where a message goes about which a function logs this; for some lines, only with one of these actions. */
  const targetsOf: Readonly<
    Record<string, { readonly isTarget: (id: string) => boolean; readonly when?: ReadonlyArray<string> }>
  > = {
    "order accepted": { isTarget: (id) => isA("table")(id) || isA("topic")(id) },
    "records processed": { isTarget: (id) => isA("table")(id) && !isLedger(id) },
    "record failed": { isTarget: isDeadLetterQueue, when: ["dead-letter", "set-aside"] },
    "record set aside untried": { isTarget: isDeadLetterQueue, when: ["dead-letter", "set-aside"] },
    "A failed message was sent back to its queue.": {
      isTarget: (id) => isLedger(id) || (isA("queue")(id) && !isDeadLetterQueue(id))
    },
    "A failed message was archived.": { isTarget: (id) => isLedger(id) || isA("bucket")(id) },
    "A failed message is held in the dead-letter queue.": { isTarget: isLedger },
    "An alert was published.": { isTarget: isA("topic") },
    "A message was sent to the parking queue.": { isTarget: isDeadLetterQueue }
  }

  const count = (node: string, change: Partial<Record<keyof FunctionFigures, number>>): void => {
    const { invocations, errors, running } = functions.get(node) ?? { invocations: 0, errors: 0, running: 0 }
    functions.set(node, {
      invocations: invocations + (change.invocations ?? 0),
      errors: errors + (change.errors ?? 0),
      running: Math.max(0, running + (change.running ?? 0))
    })
  }

  const onPlatform = (node: string, fields: Fields): void => {
    if (fields["type"] === "platform.start") count(node, { invocations: 1, running: 1 })
    if (fields["type"] !== "platform.report") return
    const status = text(fieldsOf(fields["record"]), "status")
    count(node, { running: -1, errors: status === "success" ? 0 : 1 })
  }

  const onRequest = (api: string, fields: Fields): void => {
    const tone = Number(fields["status"]) < 400 ? "good" : "refused"
    const routeKey = text(fields, "routeKey")
    add(
      ({ from, kind, label }) => from === api && kind === "route" && (label ?? "").split(", ").includes(routeKey),
      tone
    )
  }

  const onApplication = (node: string, fields: Fields): void => {
    const code = text(fields, "class") || "good"
    const dependency = text(fields, "dependency")
    if (dependency !== "" && dependencies.size < dependenciesKept) dependencies.add(dependency)
    const wanted = targetsOf[text(fields, "message")]
    if (wanted === undefined || (wanted.when !== undefined && !wanted.when.includes(text(fields, "action")))) return
    const records = fields["records"]
    uses(node, wanted.isTarget, code, Array.isArray(records) ? records.length : 1)
  }

  const endings = [
    cloudwatch.onLog(({ logGroup, message }) => {
      const node = writers.get(logGroup)
      if (node === undefined || message.includes('"_aws"')) return
      const fields = parse(message)
      if (kindOf.get(node) === "api") onRequest(node, fields)
      else if ("record" in fields) onPlatform(node, fields)
      else onApplication(node, fields)
    }),
    sns.onPublish(({ topicArn }) => {
      const node = byArn.get(topicArn)
      if (node !== undefined) published.set(node, 1 + (published.get(node) ?? 0))
    }),
    onQueued(({ queueArn }) => {
      const queue = byArn.get(queueArn)
      const isFailure = queue !== undefined && isDeadLetterQueue(queue)
      add(
        ({ to, kind, from }) => to === queue && isA("topic")(from) && kind === (isFailure ? "redrive" : "subscription"),
        isFailure ? "UNKNOWN" : "good"
      )
    }),
    sqs.subscribe(({ kind, queueArn }) => {
      const queue = byArn.get(queueArn)
      const tone = queue !== undefined && isDeadLetterQueue(queue) ? "healing" : "good"
      if (kind === "received") add((edge) => edge.from === queue && edge.kind === "poll", tone)
      if (kind === "dead-lettered") add((edge) => edge.from === queue && edge.kind === "redrive", "UNKNOWN")
    })
  ]
  return {
    take: () => {
      const taken = [...flows.values()]
      flows.clear()
      return taken
    },
    functions,
    published,
    dependencies: () => [...dependencies],
    stop: () => {
      for (const end of endings) end()
    }
  }
}
