/** What a rule is: a name, what it demands, and a check that finds what is against it. */
import type {
  EnforcementLevel,
  PolicyConfigSchema,
  ResourceValidationPolicy,
  Severity,
  StackValidationPolicy
} from "@pulumi/policy"
import type { Properties } from "./values.ts"

/** A resource, by what rules look at. */
export interface Subject {
  readonly type: string
  readonly name: string
  readonly urn: string
  /** Inputs in a rule on resources, outputs in a rule on stacks. */
  readonly props: Properties
  readonly opts: { readonly protect: boolean }
  /** Which resources a property comes from; empty where nobody knows. */
  readonly propertyDependencies?: Readonly<Record<string, readonly { readonly urn: string }[]>>
}

/** What is against a rule: what was found, and what is allowed, as two halves of a sentence. */
export interface Violation {
  /** e.g. `retentionInDays is missing`. */
  readonly found: string
  /** e.g. `it must be 1 to 3653`. */
  readonly allowed: string
}

/** The same in a stack, where it is about one of many. */
export interface StackViolation extends Violation {
  readonly subject: Subject
}

/** What a rule says of itself. */
export interface About {
  /** Its id: what a configuration of the pack calls it. */
  readonly name: string
  /** What it demands, and why, in a sentence. */
  readonly description: string
  readonly severity: Severity
  /** @default the pack's: mandatory */
  readonly enforcementLevel?: EnforcementLevel
  /** What can be set, with defaults. @default nothing */
  readonly configSchema?: PolicyConfigSchema
  /** The AWS page that it follows. */
  readonly url?: string
}

/** One sentence that names the resource, what was found and what is allowed. */
export const sentence = ({ type, name }: Subject, { found, allowed }: Violation): string =>
  `${type} "${name}": ${found}; ${allowed}.`

/** A rule on each resource of some types by itself, checked before it is made. */
export const resourceRule = (
  about: About,
  types: readonly string[],
  check: (subject: Subject, config: Properties) => readonly Violation[]
): ResourceValidationPolicy => ({
  ...about,
  validateResource: (args, reportViolation) => {
    if (!types.includes(args.type)) return
    for (const violation of check(args, args.getConfig<Properties>())) reportViolation(sentence(args, violation))
  }
})

/** A rule on how resources of a stack go together, checked at the end of a preview or an update. */
export const stackRule = (
  about: About,
  check: (stack: readonly Subject[], config: Properties) => readonly StackViolation[]
): StackValidationPolicy => ({
  ...about,
  validateStack: (args, reportViolation) => {
    for (const violation of check(args.resources, args.getConfig<Properties>())) {
      reportViolation(sentence(violation.subject, violation), violation.subject.urn)
    }
  }
})
