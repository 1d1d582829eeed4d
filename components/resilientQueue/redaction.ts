/** What of a message's body is written down nowhere: the check of its paths, and how the functions are told of them. */
import * as pulumi from "@pulumi/pulumi"
import { concernsMember, parseRedactPath } from "../../handlers/failure/redactPath.ts"
import { refusal } from "../validation.ts"
import type { HealingArgs } from "./args.ts"

/**
 * Refuses paths that lead nowhere, and one that leads to what messages are looked up by: that is in the ledger and in
 * every alert.
 *
 * @throws `pulumi.RunError`: one sentence that names the argument.
 */
export const refuseRedaction = (
  subject: string,
  { redact = [], correlationField }: Pick<HealingArgs, "correlationField" | "redact">
): void => {
  for (const text of redact) {
    const path = parseRedactPath(text)
    if (path === undefined) {
      throw refusal(subject, "redact", text, 'paths such as "$.card.number", "$.items[*].note" or "$..iban"')
    }
    if (correlationField !== undefined && concernsMember(path, correlationField)) {
      throw new pulumi.RunError(
        `${subject}: redact has ${JSON.stringify(text)}, which leads to correlationField ${JSON.stringify(correlationField)}; messages are looked up by it.`
      )
    }
  }
}

/** The variable that tells a function of the paths. */
export const redactionEnvironment = ({ redact = [] }: Pick<HealingArgs, "redact">): Readonly<Record<string, string>> =>
  redact.length === 0 ? {} : { REDACT_PATHS: JSON.stringify(redact) }
