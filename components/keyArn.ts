/** ARNs of customer managed keys, refused where they cannot work. */
import * as pulumi from "@pulumi/pulumi"
import { refusal } from "./validation.ts"

const keyArn = /^arn:aws[\w-]*:kms:[a-z\d-]+:\d{12}:key\/[\w-]+$/

/**
 * The ARN, if it is a key's. An alias's would deploy: services take it, but the policies of the roles, which name the key that
 * they may use, would grant nothing, and every function would fail at its first message.
 *
 * @throws `pulumi.RunError`: one sentence that names the argument.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
 */
export const refuseKeyArn = (subject: string, argument: string, arn: string): string => {
  if (keyArn.test(arn)) return arn
  throw refusal(subject, argument, arn, "the ARN of a key, not of an alias (arn:aws:kms:REGION:ACCOUNT:key/ID)")
}

/** The same for one that may be known only later: a plain text is checked at once. */
export const checkedKeyArn = <Given extends pulumi.Input<string> | undefined>(
  subject: string,
  argument: string,
  given: Given
): Given | pulumi.Output<string> => {
  if (given === undefined) return given
  if (typeof given !== "string") return pulumi.output(given).apply((arn) => refuseKeyArn(subject, argument, arn))
  refuseKeyArn(subject, argument, given)
  return given
}

/** A component's arguments, with a key that is one. */
export const withKeyArn = <Args extends { readonly kmsKeyArn?: pulumi.Input<string> }>(
  subject: string,
  args: Args,
  argument = "kmsKeyArn"
): Args =>
  args.kmsKeyArn === undefined ? args : { ...args, kmsKeyArn: checkedKeyArn(subject, argument, args.kmsKeyArn) }
