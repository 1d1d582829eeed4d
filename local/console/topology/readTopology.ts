/** Reads the topology from the resources with which the stack was evaluated: nothing of it is known beforehand. */
import type { RegisteredResource } from "../../pulumi/ResourceMonitor.ts"
import type { EdgeKind, NodeKind, Topology, TopologyEdge, TopologyNode } from "./Topology.ts"

type Properties = Readonly<Record<string, unknown>>

const kinds: Readonly<Record<string, NodeKind>> = {
  "aws:cloudfront/distribution:Distribution": "distribution",
  "aws:apigatewayv2/api:Api": "api",
  "aws:lambda/function:Function": "function",
  "aws:sns/topic:Topic": "topic",
  "aws:sqs/queue:Queue": "queue",
  "aws:dynamodb/table:Table": "table",
  "aws:s3/bucket:Bucket": "bucket"
}

const propertiesOf = (value: unknown): Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {}

const text = (properties: Properties, name: string): string | undefined => {
  const value = properties[name]
  return typeof value === "string" && value !== "" ? value : undefined
}

const parsed = (json: string | undefined): Properties => {
  try {
    return json === undefined ? {} : propertiesOf(JSON.parse(json))
  } catch {
    return {}
  }
}

const list = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

/** The host of an address; `undefined` where it is none. */
const hostOf = (address: string | undefined): string | undefined =>
  address !== undefined && URL.canParse(address) ? new URL(address).host : undefined

/**
 * The functions that nobody but a viewer of a dashboard invokes: those that custom widgets name, and what these call in turn.
 * They are no part of a message's way, and are left out; the dashboard shows them at work.
 */
const dashboardFunctions = (
  resources: ReadonlyArray<RegisteredResource>,
  { nodes, edges }: Topology
): ReadonlySet<string> => {
  const byArn = new Map(nodes.map(({ arn, id }) => [arn, id]))
  const isFunction = new Set(nodes.filter(({ kind }) => kind === "function").map(({ id }) => id))
  const isInvoked = new Set(edges.filter(({ kind }) => kind !== "uses").map(({ to }) => to))
  const bodies = resources.filter(({ type }) => type === "aws:cloudwatch/dashboard:Dashboard")
  const named = bodies.flatMap(({ state }) =>
    list(parsed(text(state, "dashboardBody"))["widgets"]).flatMap((widget) => {
      const { type, properties } = propertiesOf(widget)
      const endpoint = type === "custom" ? text(propertiesOf(properties), "endpoint") : undefined
      return endpoint === undefined ? [] : (byArn.get(endpoint) ?? [])
    })
  )
  const found = new Set<string>()
  const next = [...named]
  for (let id = next.pop(); id !== undefined; id = next.pop()) {
    if (found.has(id) || isInvoked.has(id)) continue
    found.add(id)
    for (const { from, to } of edges) if (from === id && isFunction.has(to)) next.push(to)
  }
  return found
}

/** What all names begin with, up to a hyphen: the name of the outermost component, as a rule. */
const commonPrefix = (names: ReadonlyArray<string>): string => {
  const [first = "", ...others] = names
  const ends = [...first.matchAll(/-/g)].map(({ index }) => index + 1).reverse()
  const end = ends.find((length) => others.every((name) => name.startsWith(first.slice(0, length)))) ?? 0
  return others.length === 0 || names.some((name) => name.length === end) ? "" : first.slice(0, end)
}

interface Subject {
  readonly resource: RegisteredResource
  readonly node: TopologyNode
}

const subjectOf = (resource: RegisteredResource, kind: NodeKind): Subject => {
  const { state, name, type, id } = resource
  return {
    resource,
    node: {
      id: `${kind}:${name}`,
      kind,
      label: name,
      name,
      type,
      physicalName: text(state, kind === "bucket" ? "bucket" : "name") ?? id,
      arn: text(state, "arn")
    }
  }
}

/** What of a function's environment leads to somewhere: `PAYMENT_URL` to `payment`, which is no resource of the stack. */
const externalName = (variable: string, value: string): string | undefined =>
  /^https?:\/\//.test(value) && variable.endsWith("_URL")
    ? variable.slice(0, -4).toLowerCase().replaceAll("_", "-")
    : undefined

/** The topology of a stack. Types of resources that messages do not pass are left out. */
export const readTopology = (resources: ReadonlyArray<RegisteredResource>): Topology => {
  const subjects = resources.flatMap((resource) => {
    const kind = kinds[resource.type]
    return kind === undefined ? [] : [subjectOf(resource, kind)]
  })
  const prefix = commonPrefix(subjects.map(({ node }) => node.name))
  const nodes = new Map(
    subjects.map(({ node }) => [node.id, { ...node, label: node.name.slice(prefix.length) }] as const)
  )
  const edges = new Map<string, TopologyEdge>()
  /** By ARN, by queue URL, by name of a function, a table or a bucket. */
  const byReference = new Map<string, string>()
  for (const { node, resource } of subjects) {
    for (const reference of [node.arn, text(resource.state, "url")])
      if (reference !== undefined) byReference.set(reference, node.id)
    if (["function", "table", "bucket"].includes(node.kind)) byReference.set(node.physicalName, node.id)
    const hosts =
      node.kind === "api"
        ? [resource.id, hostOf(text(resource.state, "apiEndpoint"))]
        : [text(resource.state, "bucketRegionalDomainName")]
    for (const host of hosts) if (host !== undefined) byReference.set(host, node.id)
  }
  const find = (reference: string | undefined): string | undefined =>
    reference === undefined ? undefined : byReference.get(reference)
  const connect = (from: string | undefined, to: string | undefined, kind: EdgeKind, label?: string): void => {
    if (from === undefined || to === undefined || from === to) return
    const id = `${from}>${to}:${kind}`
    const labels = [edges.get(id)?.label, label].filter((each) => each !== undefined)
    edges.set(id, { id, from, to, kind, label: labels.length === 0 ? undefined : labels.join(", ") })
  }
  const all = (type: string): ReadonlyArray<RegisteredResource> => resources.filter((each) => each.type === type)

  for (const { node, resource } of subjects) {
    if (node.kind !== "distribution") continue
    for (const origin of list(resource.state["origins"]))
      connect(node.id, find(text(propertiesOf(origin), "domainName")), "origin")
  }
  for (const { state } of all("aws:apigatewayv2/route:Route")) {
    const integration = all("aws:apigatewayv2/integration:Integration").find(
      ({ id }) => text(state, "target") === `integrations/${id}`
    )
    const uri = text(integration?.state ?? {}, "integrationUri")
    const functionArn = uri?.match(/arn:[^:]+:lambda:[^:]+:\d+:function:[^/]+/)?.[0]
    connect(find(text(state, "apiId")), find(functionArn), "route", text(state, "routeKey"))
  }
  for (const { state } of all("aws:sns/topicSubscription:TopicSubscription")) {
    const topic = find(text(state, "topic"))
    connect(topic, find(text(state, "endpoint")), "subscription")
    const { deadLetterTargetArn } = parsed(text(state, "redrivePolicy"))
    if (typeof deadLetterTargetArn === "string") connect(topic, find(deadLetterTargetArn), "redrive", "not delivered")
  }
  for (const { state } of all("aws:lambda/eventSourceMapping:EventSourceMapping")) {
    const to = find(text(state, "functionArn")) ?? find(text(state, "functionName"))
    const { batchSize } = state
    const label = typeof batchSize === "number" ? `batches of ${batchSize}` : undefined
    connect(find(text(state, "eventSourceArn")), to, "poll", label)
  }
  for (const { node, resource } of subjects) {
    if (node.kind === "queue") {
      const { deadLetterTargetArn, maxReceiveCount } = parsed(text(resource.state, "redrivePolicy"))
      if (typeof deadLetterTargetArn === "string")
        connect(node.id, find(deadLetterTargetArn), "redrive", `after ${String(maxReceiveCount)} receives`)
    }
    if (node.kind !== "function") continue
    const polled = new Set(
      [...edges.values()].filter(({ kind, to }) => kind === "poll" && to === node.id).map(({ from }) => from)
    )
    const variables = propertiesOf(propertiesOf(resource.state["environment"])["variables"])
    for (const [variable, value] of Object.entries(variables)) {
      if (typeof value !== "string") continue
      const target = find(value)
      // What it deletes from and changes the visibility of is what it reads already.
      if (target !== undefined && !polled.has(target)) connect(node.id, target, "uses")
      const external = target === undefined ? externalName(variable, value) : undefined
      if (external === undefined) continue
      const id = `external:${external}`
      const shown = { label: external, name: external, physicalName: new URL(value).host }
      nodes.set(id, { id, kind: "external", ...shown, type: "dependency", arn: undefined })
      connect(node.id, id, "uses")
    }
  }
  const whole = { nodes: [...nodes.values()], edges: [...edges.values()] }
  const left = dashboardFunctions(resources, whole)
  return {
    nodes: whole.nodes.filter(({ id }) => !left.has(id)),
    edges: whole.edges.filter(({ from, to }) => !left.has(from) && !left.has(to))
  }
}
