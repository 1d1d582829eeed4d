/** Statements of resource policies that take rights away, whatever else a policy, or a later mistake, allows. */
import * as pulumi from "@pulumi/pulumi"

/** One ARN, or several. */
type Arns = pulumi.Input<string> | readonly pulumi.Input<string>[]

/**
 * The account in an ARN.
 *
 * @throws where there is no ARN, which every resource of AWS has: in a test whose mock does not answer one.
 */
export const accountIn = (arn: string | undefined): string => {
  if (arn === undefined)
    throw new Error(
      'A resource has no arn, which names its account. In a test with pulumi.runtime.setMocks, newResource has to answer one: state: { arn: "arn:aws:sqs:eu-west-1:123456789012:NAME", ...inputs }.'
    )
  return arn.split(":")[4] ?? ""
}

/** The account in an ARN that is known once its resource is made. */
export const accountOf = (arn: pulumi.Input<string>): pulumi.Output<string> => pulumi.output(arn).apply(accountIn)

/**
 * Denies actions to everybody outside of the account, the anonymous public included, and to AWS services that act for
 * somebody outside of it (the confused deputy): two statements. A statement that opens the resource by mistake stays
 * without effect.
 *
 * @param otherAccounts accounts for which services may act as well, e.g. that of a topic that is subscribed to
 * @param principalAccounts accounts whose own roles are not denied either
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export const ownAccountOnly = (
  action: string | readonly string[],
  resource: Arns,
  account: pulumi.Input<string>,
  otherAccounts: readonly pulumi.Input<string>[] = [],
  principalAccounts: readonly pulumi.Input<string>[] = []
) => [
  {
    Sid: "OwnAccountOnly",
    Effect: "Deny",
    Principal: "*",
    Action: action,
    Resource: resource,
    // An anonymous request has neither key; a service's has no account of its own.
    Condition: {
      StringNotEquals: {
        "aws:PrincipalAccount": principalAccounts.length === 0 ? account : [account, ...principalAccounts]
      },
      BoolIfExists: { "aws:PrincipalIsAWSService": "false" }
    }
  },
  {
    Sid: "ServicesForOwnAccountOnly",
    Effect: "Deny",
    Principal: "*",
    Action: action,
    Resource: resource,
    Condition: {
      StringNotEquals: { "aws:SourceAccount": otherAccounts.length === 0 ? account : [account, ...otherAccounts] },
      Null: { "aws:SourceAccount": "false" },
      Bool: { "aws:PrincipalIsAWSService": "true" }
    }
  }
]

/** Who is let through by `onlyFor`. */
export interface Admitted {
  /** Roles, by ARN. */
  readonly roleArns: readonly pulumi.Input<string>[]
  /** What services act for, by ARN, e.g. a topic that SNS delivers from. @default [] */
  readonly sourceArns?: readonly pulumi.Input<string>[]
  /** Whole accounts. @default [] */
  readonly accountIds?: readonly pulumi.Input<string>[]
}

/**
 * Denies actions to everybody but the admitted, administrators included: one statement, and none where nobody is shut out
 * (`undefined`). It takes the use away, not the management: whoever may change the policy can let himself in again, and is
 * seen doing so.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
 */
export const onlyFor = (
  sid: string,
  action: string | readonly string[],
  resource: Arns,
  admitted: Admitted | undefined
) => {
  if (admitted === undefined) return []
  const { roleArns, sourceArns = [], accountIds = [] } = admitted
  const keys = {
    ...(roleArns.length === 0 ? {} : { "aws:PrincipalArn": [...roleArns] }),
    ...(sourceArns.length === 0 ? {} : { "aws:SourceArn": [...sourceArns] })
  }
  return [
    {
      Sid: sid,
      Effect: "Deny",
      Principal: "*",
      Action: action,
      Resource: resource,
      // All keys have to differ for the denial; a key that a request does not have differs.
      ...(Object.keys(keys).length === 0 && accountIds.length === 0
        ? {}
        : {
            Condition: {
              ...(Object.keys(keys).length === 0 ? {} : { ArnNotEquals: keys }),
              ...(accountIds.length === 0 ? {} : { StringNotEquals: { "aws:PrincipalAccount": [...accountIds] } })
            }
          })
    }
  ]
}
