/** The statement of every resource policy here that nothing is done without TLS. */
import type * as pulumi from "@pulumi/pulumi"

/**
 * Denies an action, to everybody, unless the request came over TLS. A wildcard in a denial takes rights away.
 *
 * @param action e.g. `sqs:*`, or several
 * @param resource the ARN, or ARNs, of the resource that the policy is attached to
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-securetransport
 */
export const tlsOnly = (
  action: string | readonly string[],
  resource: pulumi.Input<string> | readonly pulumi.Input<string>[]
) => ({
  Sid: "TlsOnly",
  Effect: "Deny",
  Principal: "*",
  Action: action,
  Resource: resource,
  Condition: { Bool: { "aws:SecureTransport": "false" } }
})
