/** What the policy of a customer managed key has to say, so that everything here works with it. */

/** Where the key is used. */
export interface KeyUse {
  /** The account of the queues, twelve digits. */
  readonly accountId: string
  /** Their region, e.g. `eu-west-1`. */
  readonly region: string
  /** The partition that their ARNs name: `aws-cn` in China, `aws-us-gov` in GovCloud. @default "aws" */
  readonly partition?: string
}

/** One statement of a key's policy, in the words of IAM's policy language. */
export interface KeyPolicyStatement {
  /** What the statement is called. */
  readonly Sid: string
  /** Every statement allows. */
  readonly Effect: "Allow"
  /** Who: an account, or a service. */
  readonly Principal:
    | {
        /** The account. */
        readonly AWS: string
      }
    | {
        /** The service. */
        readonly Service: string
      }
  /** What: actions of KMS. */
  readonly Action: string | readonly string[]
  /** `*`: in a key's policy, the key itself. */
  readonly Resource: "*"
  /** When: for a service, only for this account. */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/**
 * The statements of a key's policy: the account's own policies count (functions, people, DynamoDB on behalf of whoever
 * deploys), and three services may use the key for this account, as AWS documents it: SNS, which delivers into encrypted
 * queues; CloudWatch, whose alarms publish to an encrypted topic; CloudWatch Logs, for the log groups of this account.
 *
 * @example
 * const use = { accountId: "123456789012", region: "eu-west-1" }
 * const key = new Key("messages", {
 *   enableKeyRotation: true,
 *   policy: JSON.stringify({ Version: "2012-10-17", Statement: keyPolicyStatements(use) })
 * })
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
export const keyPolicyStatements = ({ accountId, region, partition = "aws" }: KeyUse): KeyPolicyStatement[] => {
  const forThisAccount = (sid: string, service: string): KeyPolicyStatement => ({
    Sid: sid,
    Effect: "Allow",
    Principal: { Service: service },
    Action: ["kms:Decrypt", "kms:GenerateDataKey"],
    Resource: "*",
    Condition: { StringEquals: { "aws:SourceAccount": accountId } }
  })
  return [
    {
      Sid: "OwnAccount",
      Effect: "Allow",
      Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
      Action: "kms:*",
      Resource: "*"
    },
    forThisAccount("TopicsToQueues", "sns.amazonaws.com"),
    forThisAccount("AlarmsToTopics", "cloudwatch.amazonaws.com"),
    {
      Sid: "Logs",
      Effect: "Allow",
      Principal: { Service: `logs.${region}.amazonaws.com` },
      Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
      Resource: "*",
      Condition: {
        ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${accountId}:log-group:*` }
      }
    }
  ]
}
