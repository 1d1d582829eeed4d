/**
 * Takes every single action on every single resource away from every role, one by one, on the running system, and looks
 * whether an exercise notices: whether what the system shows is not what it shows with the action.
 */
import { matchesPattern } from "../../local/iam/pattern.ts"
import { type Exercise, outcomeOf } from "./Exercise.ts"
import { type Grant, grantsOf, withoutGrant } from "./roles.ts"
import type { Subject } from "./startSubject.ts"

/** What became of one removal. */
export interface Mutation {
  readonly grant: Grant
  /** The exercise that noticed, and what it saw; `undefined` when none did. */
  readonly noticedBy: { readonly exercise: string; readonly outcome: string } | undefined
  /** How many exercises had asked for it. */
  readonly asked: number
}

/** What a run of all exercises with unchanged roles has shown. */
export interface Baseline {
  /** Exercises that were not as expected, with what they showed. */
  readonly failures: ReadonlyArray<{ readonly exercise: string; readonly expected: string; readonly outcome: string }>
  /** What a role asked for and was refused: something is missing. */
  readonly refusals: ReadonlyArray<string>
  /** The exercises that have asked for a grant, the quickest first. */
  readonly askedBy: (grant: Grant) => ReadonlyArray<Exercise>
}

interface Asked {
  readonly roleName: string
  readonly action: string
  readonly resource: string
}

/** Runs every exercise with the roles as they are, and notes what each asks for. */
export const runBaseline = async (subject: Subject, exercises: ReadonlyArray<Exercise>): Promise<Baseline> => {
  const runs: Array<{ readonly exercise: Exercise; readonly asked: Map<string, Asked>; milliseconds: number }> = []
  const refusals = new Set<string>()
  const failures: Array<Baseline["failures"][number]> = []
  for (const exercise of exercises) {
    await subject.reset()
    const asked = new Map<string, Asked>()
    const stop = subject.aws.iam.onDecision((principal, { action, resource }, { allowed }) => {
      if (principal.kind !== "role") return
      const { roleName } = principal
      asked.set(`${roleName} ${action} ${resource}`, { roleName, action, resource })
      if (!allowed && !exercise.forbids) refusals.add(`${roleName}: ${action} on ${resource} (${exercise.name})`)
    })
    const started = performance.now()
    const outcome = await outcomeOf(exercise, subject)
    stop()
    if (outcome !== exercise.expected) failures.push({ exercise: exercise.name, expected: exercise.expected, outcome })
    // What fails with every right would notice anything.
    else runs.push({ exercise, asked, milliseconds: performance.now() - started })
  }
  const quickest = runs.toSorted((one, other) => one.milliseconds - other.milliseconds)
  return {
    failures,
    refusals: [...refusals],
    askedBy: (grant) =>
      quickest
        .filter(({ asked }) =>
          [...asked.values()].some(
            (each) =>
              each.roleName === grant.roleName &&
              each.action === grant.action &&
              matchesPattern(grant.resource, each.resource)
          )
        )
        .map(({ exercise }) => exercise)
  }
}

/** Removes one grant, runs the exercises that ask for it until one notices, and gives it back. */
const mutate = async (subject: Subject, grant: Grant, exercises: ReadonlyArray<Exercise>): Promise<Mutation> => {
  const { iam } = subject.aws
  const document = iam.rolePolicies(grant.roleName).get(grant.policyName)
  if (document === undefined) throw new Error(`The role ${grant.role} has no policy ${grant.policyName}.`)
  iam.putRolePolicy(grant.roleName, grant.policyName, withoutGrant(document, grant))
  try {
    for (const exercise of exercises) {
      await subject.reset()
      const outcome = await outcomeOf(exercise, subject)
      if (outcome !== exercise.expected)
        return { grant, asked: exercises.length, noticedBy: { exercise: exercise.name, outcome } }
    }
    return { grant, asked: exercises.length, noticedBy: undefined }
  } finally {
    iam.putRolePolicy(grant.roleName, grant.policyName, document)
  }
}

/** Removes every grant of every role, one by one. */
export const mutateAll = async (
  subject: Subject,
  baseline: Baseline,
  onMutation: (mutation: Mutation) => void = () => undefined
): Promise<ReadonlyArray<Mutation>> => {
  const mutations: Array<Mutation> = []
  for (const grant of grantsOf(subject)) {
    const mutation = await mutate(subject, grant, baseline.askedBy(grant))
    mutations.push(mutation)
    onMutation(mutation)
  }
  await subject.reset()
  return mutations
}
