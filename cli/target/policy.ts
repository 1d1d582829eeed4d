/** The recovery policy of a system, and which failure classes it knows. */
import { Effect, Result } from "effect"
import { failureCode } from "../../handlers/failure/FailureClass.ts"
import { decodeRecoveryPolicy } from "../../handlers/recovery/recoveryPolicyCodec.ts"
import { Refusal, refuse } from "../Refusal.ts"
import type { System } from "./findSystem.ts"

/** The policy of a system, where its outputs name it, else the default one. */
export const policyOf = ({ outputs, name }: Pick<System, "outputs" | "name">) => {
  const decoded = decodeRecoveryPolicy(outputs.recoveryPolicy)
  return Result.isSuccess(decoded)
    ? Effect.succeed(decoded.success)
    : Effect.fail(new Refusal({ message: `The output recoveryPolicy of ${name} cannot be read: ${decoded.failure}` }))
}

/**
 * Refuses a class with which nothing was found, where the system's policy has no rule for it: a slip of the fingers.
 * Where no output names the policy, classes of the user's own are not known, and every name is taken.
 *
 * @param name a class or its code, as it was given; `undefined`: none was
 */
export const refuseUnknownClass = Effect.fnUntraced(function* (
  system: Pick<System, "outputs" | "name">,
  name: string | undefined
) {
  if (name === undefined || system.outputs.recoveryPolicy === undefined) return
  const { rules } = yield* policyOf(system)
  const classes = Object.keys(rules)
  if (!classes.some((each) => failureCode(each) === failureCode(name)))
    return yield* refuse(`--class is "${name}": ${system.name} knows ${classes.join(", ")}.`)
})
