/** What the console's server tells its page. The page reads these types as well. */

import type { LedgerStatus } from "../../handlers/ledger/FailureLedger.ts"
import type { FailureGroup } from "../../handlers/operations/failureGroups.ts"
import type { AlarmState } from "../cloudwatch/CloudWatch.ts"
import type { Cell, TopologyEdge, TopologyNode } from "./topology/Topology.ts"

/** The stack, which does not change while the page is open. */
export interface StackDescription {
  readonly project: string
  readonly stack: string
  readonly region: string
  readonly apiUrl: string | undefined
  readonly nodes: ReadonlyArray<TopologyNode & { readonly wide: Cell; readonly narrow: Cell }>
  readonly edges: ReadonlyArray<TopologyEdge>
  readonly orders: ReadonlyArray<OrderGroup>
  readonly gateway: ReadonlyArray<{ readonly mode: string; readonly title: string; readonly does: string }>
  readonly dashboards: ReadonlyArray<string>
}

/** Orders of one sort that a person can send. */
export interface OrderGroup {
  readonly title: string
  readonly orders: ReadonlyArray<{ readonly kind: string; readonly title: string; readonly does: string }>
}

/** Messages on their way over one edge. */
export interface Flow {
  /** The edge's id. */
  readonly edge: string
  readonly count: number
  /** The failure class's code, where they have failed; else how it goes. */
  readonly tone: string
}

/** A line of what happens. */
export interface EventLine {
  readonly id: number
  /** Epoch milliseconds. */
  readonly at: number
  readonly text: string
  readonly tone: "plain" | "good" | "failure" | "alarm"
  /** The failure class's code, where the line names one. */
  readonly code?: string | undefined
}

/** What a node holds, or has done. */
export interface NodeFigures {
  readonly visible?: number | undefined
  readonly inFlight?: number | undefined
  readonly delayed?: number | undefined
  readonly invocations?: number | undefined
  readonly errors?: number | undefined
  readonly running?: number | undefined
  /** Items of a table, objects of a bucket, messages of a topic, calls of a dependency. */
  readonly count?: number | undefined
}

/** An alarm, and what it watches. */
export interface AlarmView extends AlarmState {
  readonly arn: string
  readonly label: string
  readonly description: string
  /** The node that it watches, where that is one. */
  readonly node: string | undefined
}

/** A circuit breaker. */
export interface BreakerView {
  readonly dependency: string
  readonly state: "closed" | "open" | "half-open"
  /** Messages that wait for it. */
  readonly held: number
}

/** Everything that is true now. Each one replaces the one before. */
export interface LiveState {
  readonly at: number
  readonly figures: Readonly<Record<string, NodeFigures>>
  readonly alarms: ReadonlyArray<AlarmView>
  readonly breakers: ReadonlyArray<BreakerView>
  readonly stored: number
  readonly statuses: Readonly<Partial<Record<LedgerStatus, number>>>
  readonly gatewayMode: string
}

/** The failures, grouped. Each one replaces the one before. */
export interface FailuresView {
  readonly groups: ReadonlyArray<FailureGroup>
  /** More failures than are read at a time. */
  readonly more: boolean
}

/** How far a replay is. */
export interface ReplayView {
  readonly id: string
  readonly what: string
  readonly state: "running" | "finished" | "stopped" | "broken"
  readonly selected: number
  readonly replayed: number
  readonly recovered: number
  readonly failedAgain: number
  readonly skipped: number
  /** In words. */
  readonly text: string
}

/** Where an order is that was sent from the page. */
export interface Followed {
  readonly stage: "accepted" | "failing" | "stored" | "rejected" | "kept" | "unknown"
  readonly text: string
  readonly code?: string | undefined
  readonly lineageId?: string | undefined
  readonly isOver: boolean
}

/** What one order that was sent can be followed by. */
export interface SentOrder {
  readonly title: string
  readonly orderId?: string | undefined
  readonly messageId?: string | undefined
  /** What the API answered, where it was asked. */
  readonly answer?: string | undefined
  readonly rejected: boolean
}
