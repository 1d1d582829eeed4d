/**
 * The failure classes: the vocabulary that handlers, healer, dashboards and operators share.
 * A class is the `_tag` of a typed error; a code is its spelling in logs, metrics and stored records.
 */

/** The six classes that every queue knows. A user's policy may add classes of its own. */
export const failureClasses = [
  "AuthFailure",
  "ValidationError",
  "BadPayload",
  "Timeout",
  "DependencyFailure",
  "Unknown"
] as const

/** One of the six built-in failure classes. */
export type FailureClass = (typeof failureClasses)[number]

/** The code of each built-in class, as it stands in logs, metric dimensions and the archive. */
export const failureCodes = {
  AuthFailure: "AUTH_FAILURE",
  ValidationError: "VALIDATION_ERROR",
  BadPayload: "BAD_PAYLOAD",
  Timeout: "TIMEOUT",
  DependencyFailure: "DEPENDENCY_FAILURE",
  Unknown: "UNKNOWN"
} as const satisfies Record<FailureClass, string>

/** The code of a built-in failure class. */
export type FailureCode = (typeof failureCodes)[FailureClass]

/** Whether a class name is one of the six built-in ones. */
export const isFailureClass = (name: string): name is FailureClass => Object.hasOwn(failureCodes, name)

/**
 * The code of any class, built-in or a user's: `OutOfStock` becomes `OUT_OF_STOCK`.
 */
export const failureCode = (name: string): string =>
  isFailureClass(name)
    ? failureCodes[name]
    : name
        .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
        .replace(/[^A-Za-z0-9]+/g, "_")
        .toUpperCase()
