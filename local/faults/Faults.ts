/**
 * Faults, injected into what functions do: into their calls of AWS, and into their processes. What befalls a call is
 * decided by the seed, the call's service and action, and how many such calls came before it: never by the time of day.
 * Only calls of roles are meant; an administrator's never meet a fault.
 */
import type { EmbeddedService, ServiceRequest } from "../EmbeddedService.ts"
import type { Intercept, Interception } from "../gateway/Interception.ts"
import type { NextKill } from "../lambda/NextKill.ts"
import { draw } from "./draw.ts"
import { serviceErrors } from "./serviceErrors.ts"

/** Every kind of fault. */
export const faultKinds = ["throttling", "error", "latency", "reset", "lost-response", "kill"] as const

/**
 * - `throttling`, `error`: the service refuses, in its own words; nothing was done
 * - `latency`: the service handles the call only after a while
 * - `reset`: the connection is reset; nothing was done
 * - `lost-response`: the call is done, and the connection is reset instead of the answer
 * - `kill`: the function's process is killed in the midst of an invocation
 */
export type FaultKind = (typeof faultKinds)[number]

/** A fault in calls of AWS. */
export interface CallFault {
  readonly kind: Exclude<FaultKind, "kill">
  /** The service's signing name, e.g. `sqs`. @default every service */
  readonly service?: string
  /** e.g. `PutItem`. @default every action */
  readonly action?: string
  /** That it begins with a call, 0–1. */
  readonly probability: number
  /** How many calls in a row it then befalls: more than an SDK's attempts make the SDK give up. @default 1 */
  readonly calls?: number
  /** Latency only: the longest; most are far shorter. @default 1000 */
  readonly milliseconds?: number
}

/** A fault in processes. */
export interface KillFault {
  readonly kind: "kill"
  /** Part of the function's name. @default every function */
  readonly functionName?: string
  /** That it befalls an invocation, 0–1. */
  readonly probability: number
  /** The latest moment, after the event was handed over. @default 100 */
  readonly milliseconds?: number
}

/** What may happen, and how often. */
export type Fault = CallFault | KillFault

/** Faults of a running system. */
export interface Faults {
  readonly intercept: Intercept
  readonly nextKill: NextKill
  /** How many of each kind have happened. */
  readonly injected: () => Readonly<Record<FaultKind, number>>
  /** No more of them. */
  readonly stop: () => void
}

const defaultLatencyMilliseconds = 1000
const defaultKillMilliseconds = 100

/** Makes faults out of a seed. */
export const createFaults = (seed: number, faults: ReadonlyArray<Fault>): Faults => {
  const counts = new Map<string, number>()
  const injected: Record<FaultKind, number> = {
    throttling: 0,
    error: 0,
    latency: 0,
    reset: 0,
    "lost-response": 0,
    kill: 0
  }
  let stopped = false

  /** How many came before this one. */
  const indexOf = (name: string): number => {
    const index = counts.get(name) ?? 0
    counts.set(name, index + 1)
    return index
  }

  const begins = (position: number, probability: number, name: string, index: number): boolean =>
    index >= 0 && draw(seed, `${position} ${name} ${index}`) < probability

  const befalls = ({ calls = 1, probability }: CallFault, position: number, name: string, index: number): boolean => {
    for (let before = 0; before < calls; before++) if (begins(position, probability, name, index - before)) return true
    return false
  }

  const interception = (
    { kind, milliseconds = defaultLatencyMilliseconds }: CallFault,
    service: EmbeddedService,
    request: ServiceRequest,
    chance: number
  ): Interception => {
    switch (kind) {
      case "reset":
        return { kind: "reset" }
      case "lost-response":
        return { kind: "lose" }
      case "latency":
        // Half of them within an eighth of the longest, as latencies are.
        return { kind: "delay", milliseconds: Math.ceil(chance ** 3 * milliseconds) }
      default: {
        const { throttling, unavailable } = serviceErrors(service.signingName)
        const choices = kind === "throttling" ? throttling : unavailable
        const error = choices[Math.floor(chance * choices.length)]
        if (error === undefined) throw new Error(`${service.signingName} has no error for ${kind}.`)
        return { kind: "answer", response: service.error(request, error.status, error.code, error.message) }
      }
    }
  }

  return {
    intercept: (service, request, [permission = ""]) => {
      if (stopped || request.principal.kind !== "role") return undefined
      const action = permission.slice(permission.indexOf(":") + 1)
      const name = `${service.signingName}:${action}`
      const index = indexOf(name)
      const position = faults.findIndex(
        (fault, at) =>
          fault.kind !== "kill" &&
          (fault.service ?? service.signingName) === service.signingName &&
          (fault.action ?? action) === action &&
          befalls(fault, at, name, index)
      )
      const fault = faults[position]
      if (fault === undefined || fault.kind === "kill") return undefined
      injected[fault.kind]++
      return interception(fault, service, request, draw(seed, `which ${name} ${index}`))
    },
    nextKill: (functionName) => {
      if (stopped) return undefined
      // Physical names end in letters that differ from one deployment to the next.
      const name = `kill ${functionName.replace(/-[0-9a-f]+$/, "")}`
      const index = indexOf(name)
      const fault = faults.find(
        (each, at): each is KillFault =>
          each.kind === "kill" &&
          functionName.includes(each.functionName ?? "") &&
          begins(at, each.probability, name, index)
      )
      if (fault === undefined) return undefined
      const { milliseconds = defaultKillMilliseconds } = fault
      return {
        afterMilliseconds: Math.floor(draw(seed, `when ${name} ${index}`) * milliseconds),
        onKilled: () => {
          injected.kill++
        }
      }
    },
    injected: () => ({ ...injected }),
    stop: () => {
      stopped = true
    }
  }
}
