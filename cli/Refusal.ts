/** Why a command does nothing, or not all, in a sentence for whoever typed it. */
import { Data } from "effect"

/** The exit codes of every command. */
export const exitCodes = {
  /** Done. */
  done: 0,
  /** AWS did not answer or refused, nothing is running, or there is no such message; for `reconcile`: discrepancies. */
  failed: 1,
  /** The arguments make no sense. */
  usage: 2,
  /** Somebody has to look: a replay stopped, or `status --exit-code` found what needs a person. */
  person: 3,
  /** `reconcile` could not look at everything. */
  incomplete: 4,
  /** Ctrl-C. */
  interrupted: 130
} as const

/** A command ends here; the message is one sentence. */
export class Refusal extends Data.TaggedError("Refusal")<{
  readonly message: string
  /** @default 1 */
  readonly exitCode?: number
}> {}

/** The arguments make no sense. */
export const refuse = (message: string): Refusal => new Refusal({ message, exitCode: exitCodes.usage })

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined)

/** What went wrong, in a sentence, whatever was thrown. */
export const sentenceOf = (error: unknown): string => {
  const has = (name: string): unknown =>
    typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined
  const reason = text(has("reason")) ?? ""
  const detail = text(has("detail"))
  switch (has("_tag")) {
    case "AuthFailure":
      return `AWS refuses: ${reason}${detail === undefined ? "" : `: ${detail}`}. Credentials and region come from the environment or the profile (AWS_PROFILE); the policies are the stack's outputs readerPolicy and operatorPolicy.`
    case "DependencyFailure":
    case "Timeout":
      return `AWS does not answer: ${reason}.`
    case "RequestRejected":
      return `AWS rejects ${String(has("service"))} ${String(has("operation"))}: ${String(has("code"))}: ${String(has("message"))}`
    case "LedgerConflict":
      return `The message "${String(has("lineageId"))}" kept changing: try again.`
    case "LedgerItemUnreadable":
      return `What the ledger has under "${String(has("lineageId"))}" is no failed message.`
    case "ConfigError":
      return `A setting is missing: ${text(has("message")) ?? "its name is not known"}`
    default:
      return text(has("message")) ?? String(error)
  }
}
