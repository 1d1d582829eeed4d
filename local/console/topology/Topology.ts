/** What the console shows of the stack's resources: those that messages pass, and how they are connected. */

/** What a node is. */
export type NodeKind = "distribution" | "api" | "function" | "topic" | "queue" | "table" | "bucket" | "external"

/** What connects two nodes. */
export type EdgeKind =
  /** What a distribution stands in front of. */
  | "origin"
  /** A route of an HTTP API. */
  | "route"
  /** A subscription of a topic. */
  | "subscription"
  /** An event source mapping. */
  | "poll"
  /** A redrive policy, of a queue or of a subscription. */
  | "redrive"
  /** A value of a function's environment. */
  | "uses"

/** A resource that messages pass, or a dependency outside of the stack. */
export interface TopologyNode {
  /** `queue:orders-queue`: its kind and logical name. */
  readonly id: string
  readonly kind: NodeKind
  /** Its logical name without what all of them have in common. */
  readonly label: string
  /** Its logical name; of a dependency, what the environment calls it. */
  readonly name: string
  /** Its name in AWS; of a dependency, its address. */
  readonly physicalName: string
  /** Its Pulumi type; of a dependency, `dependency`. */
  readonly type: string
  /** Its ARN, where it has one. */
  readonly arn: string | undefined
}

/** A connection, in the direction in which messages or calls go. */
export interface TopologyEdge {
  /** `from>to:kind`. */
  readonly id: string
  readonly from: string
  readonly to: string
  readonly kind: EdgeKind
  /** What distinguishes it: routes, a batch size, a number of receives. */
  readonly label: string | undefined
}

/** Nodes and edges. */
export interface Topology {
  readonly nodes: ReadonlyArray<TopologyNode>
  readonly edges: ReadonlyArray<TopologyEdge>
}

/** Where a node stands, in cells from the top left. */
export interface Cell {
  readonly column: number
  readonly row: number
}
