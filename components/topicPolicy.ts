/** The policy of a topic: TLS only, this account only, and only its own publishers. */
import * as pulumi from "@pulumi/pulumi"
import { type Admitted, accountOf, onlyFor, ownAccountOnly } from "./resourceStatements.ts"
import { tlsOnly } from "./tlsOnly.ts"

/**
 * The actions that a topic's policy may name: SNS refuses `sns:*`.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html
 */
const topicActions = [
  ...["sns:Publish", "sns:Subscribe", "sns:ListSubscriptionsByTopic", "sns:GetTopicAttributes"],
  ...["sns:SetTopicAttributes", "sns:AddPermission", "sns:RemovePermission", "sns:DeleteTopic"]
]

/** Who publishes to a topic. */
export interface Publishers {
  /** Who may publish, everybody else may not; `undefined`: whoever in the account has a policy that allows it. */
  readonly admitted?: Admitted | undefined
  /** Alarms that CloudWatch publishes for, by ARN. @default [] */
  readonly alarmArns?: readonly pulumi.Input<string>[]
}

/** The policy of a topic. Roles publish by a permission of their own; only CloudWatch, which has no role, is let in here. */
export const topicPolicyDocument = (
  topicArn: pulumi.Input<string>,
  { admitted, alarmArns = [] }: Publishers
): pulumi.Output<string> =>
  pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      tlsOnly(topicActions, topicArn),
      ...ownAccountOnly(topicActions, topicArn, accountOf(topicArn)),
      ...onlyFor("PublishersOnly", "sns:Publish", topicArn, admitted),
      ...(alarmArns.length === 0
        ? []
        : [
            {
              Sid: "Alarms",
              Effect: "Allow",
              Principal: { Service: "cloudwatch.amazonaws.com" },
              Action: "sns:Publish",
              Resource: topicArn,
              Condition: {
                ArnEquals: { "aws:SourceArn": [...alarmArns] },
                StringEquals: { "aws:SourceAccount": accountOf(topicArn) }
              }
            }
          ])
    ]
  })
