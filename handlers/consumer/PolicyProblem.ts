/**
 * What is wrong with a policy for an error channel, as one sentence: the compiler shows it where the policy is given. Types
 * alone: a class of the channel without a rule, a rule without a class, and a channel of which the classes are not known.
 */
import type { TaggedFailure } from "../failure/errors.ts"
import type { FailureClass } from "../failure/FailureClass.ts"

declare const notInferred: unique symbol

/** Stands for an error channel that the compiler has not inferred yet: it looks at the policy first. */
export interface NotInferred extends TaggedFailure {
  /** Nothing else has it. */
  readonly [notInferred]: never
}

/** The class of a tag: its own, but for Effect's timeout, which is a `Timeout`. */
export type ClassOf<Tag extends string> = Tag extends "TimeoutError" ? "Timeout" : Tag

/** The classes of an error channel that are not built in, or have another name there. */
export type CustomClassOf<E extends TaggedFailure> = Exclude<ClassOf<E["_tag"]>, FailureClass>

/** What is wrong with rules for these classes, where those are demanded. */
export type Compared<Demanded extends string, Custom extends string> = [Exclude<Demanded, Custom>] extends [never]
  ? [Exclude<Custom, Demanded>] extends [never]
    ? never
    : `The policy has a rule for ${Exclude<Custom, Demanded>}, with which \`process\` does not fail: is it misspelt?`
  : `\`process\` fails with ${Exclude<Demanded, Custom>}, for which the policy has no rule.`

/** What is wrong with a policy that has rules for these classes beside the built-in ones; `never` where nothing is. */
export type PolicyProblem<E extends TaggedFailure, Custom extends string> = [E] extends [never]
  ? Compared<never, Custom>
  : [E] extends [NotInferred]
    ? never
    : string extends E["_tag"]
      ? "A tag that `process` fails with is any string: which rule is its is not known. Give it a literal type."
      : Compared<CustomClassOf<E>, Custom>
