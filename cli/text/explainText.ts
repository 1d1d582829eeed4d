/** An explanation and classifications, as a person reads them. Pure. */
import type { Explanation } from "../../handlers/operations/explainFailure.ts"
import { cut, wrap } from "./layout.ts"

/** Why a failure has its class, and what happens next. */
export const explanationText = (explained: Explanation, { width }: { readonly width: number }): string => {
  const facts = [
    ["class", `${explained.class} (${explained.code})`],
    ["rule", explained.rule],
    ["why", explained.why],
    ["reason", explained.reason],
    ["dependency", explained.dependency],
    ["fingerprint", explained.fingerprint],
    ["recovery", explained.recoveryText],
    ["status", explained.status],
    ["next", explained.next]
  ].flatMap(([name, value]) => (name === undefined || value === undefined ? [] : [[name, value] as const]))
  return facts
    .flatMap(([name, value]) =>
      wrap(value, width - 13).map((line, index) => `${(index === 0 ? name : "").padEnd(11)}  ${line}`)
    )
    .join("\n")
}

/** A classified line of input. */
export const classifiedText = (
  { code, rule, reason }: { readonly code: string; readonly rule: string; readonly reason: string },
  width: number
): string => cut(`${code.padEnd(18)}  ${rule.padEnd(24)}  ${reason}`, width)
