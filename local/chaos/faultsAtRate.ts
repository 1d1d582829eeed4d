/** The faults of a chaos run. */
import type { Fault } from "../faults/Faults.ts"

/**
 * Faults that befall about this share of the functions' calls. Most are single, and an SDK's own retries see them
 * through; some last for longer than an SDK tries, so that calls fail for good. Processes die a quarter as often.
 *
 * @param rate 0–0.5
 */
export const faultsAtRate = (rate: number): ReadonlyArray<Fault> => [
  { kind: "lost-response", probability: rate * 0.2 },
  { kind: "reset", probability: rate * 0.1 },
  { kind: "throttling", probability: rate * 0.1 },
  { kind: "error", probability: rate * 0.1 },
  // Short outages: each of them fails several calls in a row for good.
  { kind: "error", probability: rate * 0.01, calls: 12 },
  { kind: "throttling", probability: rate * 0.01, calls: 8 },
  // Past the time that a client waits for an answer, now and then.
  { kind: "latency", probability: rate * 0.3, milliseconds: 6000 },
  { kind: "kill", probability: rate * 0.25, milliseconds: 60 }
]
