/** What an operator does next about failures: one sentence, by their class and by where they stand. Pure. */
import { isFailureClass } from "../failure/FailureClass.ts"
import type { LedgerStatus } from "../ledger/FailureLedger.ts"

/** What the answer depends on. */
export interface Standing {
  /** The failure class: a built-in one or a user's. */
  readonly class: string
  readonly status: LedgerStatus
  /** The dependency that failed, where one is known. */
  readonly dependency?: string | undefined
}

/** The cause to mend, by class, before messages are replayed. */
const causes = {
  AuthFailure: "Mend the credential or the permission",
  ValidationError: "Tell the producer which field breaks which rule, or replay with an edit",
  BadPayload: "Tell the producer that the body cannot be read, or replay with an edit",
  Timeout: "Find out why the work outlasts its deadline",
  DependencyFailure: "Look at the dependency",
  Unknown:
    "Read the log of the failed invocation: it is a defect or a crash, which may have come after the work was done"
} as const

const causeOf = (standing: Standing): string => {
  const cause = isFailureClass(standing.class) ? causes[standing.class] : `Mend what causes ${standing.class}`
  return standing.dependency === undefined ? cause : `${cause} (${standing.dependency})`
}

/** The next step, as a sentence. Where nothing is to be done it says so. */
export const nextStep = (standing: Standing): string => {
  switch (standing.status) {
    case "awaiting-operator":
      return `${causeOf(standing)}; then replay.`
    case "archived":
      return `${causeOf(standing)}; then replay, or discard what is not needed any more.`
    case "healing":
      return "Nothing yet: it is being healed."
    case "held":
      return standing.dependency === undefined
        ? "Nothing yet: it waits for its next attempt."
        : `Look at ${standing.dependency}: its messages wait until it answers again.`
    case "replayed":
      return "Nothing yet: it has been replayed and is on its way."
    case "recovered":
      return "Nothing: it has recovered."
    case "discarded":
      return "Nothing: an operator has discarded it."
  }
}
