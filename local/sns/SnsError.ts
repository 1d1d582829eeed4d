/** A refusal of SNS: its error code, and AWS's own wording. */

const statuses: Readonly<Record<string, number>> = { NotFound: 404, AuthorizationError: 403 }

/** Thrown by every operation that SNS refuses. */
export class SnsError extends Error {
  readonly code: string
  /** @param code e.g. `InvalidParameter`, `NotFound`, `AuthorizationError`. */
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
  /** HTTP status that AWS gives this error. */
  get status(): number {
    return statuses[this.code] ?? 400
  }
}

/** `InvalidParameter` in AWS's wording, e.g. `Invalid parameter: TopicArn`. */
export const invalidParameter = (what: string): SnsError =>
  new SnsError("InvalidParameter", `Invalid parameter: ${what}`)
