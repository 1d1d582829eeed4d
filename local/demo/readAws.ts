/** Reads what the demo needs out of AWS's own documents. */
import { alertAttributeName } from "../../handlers/healer/Alert.ts"
import type { PolicyDocument, PolicyStatement } from "../EmbeddedService.ts"
import type { WireMessageAttribute } from "../sqs/SqsService.ts"
import type { SentAlert } from "./RunningSystem.ts"

/** The healer's alert in a notification's attributes; `undefined` for another notification. */
export const readAlert = (attributes: Readonly<Record<string, WireMessageAttribute>> = {}): SentAlert | undefined => {
  const text = attributes[alertAttributeName]?.StringValue
  if (text === undefined) return undefined
  const alert: unknown = JSON.parse(text)
  const { class: failureClass, dependency, reason } = Object(alert)
  return {
    failureClass: String(failureClass),
    dependency: typeof dependency === "string" ? dependency : undefined,
    reason: String(reason)
  }
}

const namesOf = (value: string | ReadonlyArray<string>): ReadonlyArray<string> =>
  typeof value === "string" ? [value] : value

const statementsOf = ({ Statement }: PolicyDocument): ReadonlyArray<PolicyStatement> =>
  "Effect" in Statement ? [Statement] : Statement

/** A policy without one action: a statement that loses its last one goes with it. */
export const withoutAction = (document: PolicyDocument, action: string): PolicyDocument => ({
  ...document,
  Statement: statementsOf(document)
    .map((statement) => ({ ...statement, Action: namesOf(statement.Action ?? []).filter((name) => name !== action) }))
    .filter((statement) => statement.Action.length > 0)
})
