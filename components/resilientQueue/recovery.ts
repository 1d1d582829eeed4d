/** The recovery policy, as the caller gives it: the healer would refuse a wrong one only when the first message has failed. */
import * as pulumi from "@pulumi/pulumi"
import { Result } from "effect"
import type { RecoveryPolicy } from "../../handlers/recovery/RecoveryPolicy.ts"
import { decodeRecoveryRules, encodeRecoveryPolicy } from "../../handlers/recovery/recoveryPolicyCodec.ts"

/**
 * Refuses a policy that the functions could not read.
 *
 * @throws `pulumi.RunError`: one sentence that names the place.
 */
export const refuseRecoveryPolicy = (subject: string, policy: RecoveryPolicy<string> | undefined): void => {
  const decoded = decodeRecoveryRules(policy?.rules ?? {})
  if (Result.isFailure(decoded)) throw new pulumi.RunError(`${subject}: recovery: ${decoded.failure}`)
}

/** A policy as the functions read it, and as the output `recoveryPolicy` shows it. */
export const recoveryPolicyText = (policy: RecoveryPolicy<string> | undefined): string =>
  encodeRecoveryPolicy<string>(policy ?? { rules: {} })
