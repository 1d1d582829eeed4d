/** What is stored is encrypted: by AWS's keys at least, by the owner's where a pack's user demands it. */
import { resourceRule, type StackViolation, stackRule } from "../rule.ts"
import { ofType, refersTo, types } from "../stack.ts"
import { listOf, type Properties, propertiesOf, shown, textOf } from "../values.ts"

const queueEncrypted = resourceRule(
  {
    name: "queue-encrypted",
    description: "Queues are encrypted with SQS's own key or with a KMS key.",
    severity: "high",
    url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html"
  },
  [types.queue],
  ({ props }) =>
    props["sqsManagedSseEnabled"] === true || textOf(props["kmsMasterKeyId"]) !== undefined
      ? []
      : [
          {
            found: `sqsManagedSseEnabled is ${shown(props["sqsManagedSseEnabled"])} and kmsMasterKeyId is missing`,
            allowed: "one of them must be set"
          }
        ]
)

const bucketEncrypted = stackRule(
  {
    name: "bucket-encrypted",
    description: "Buckets say how their objects are encrypted.",
    severity: "high",
    url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html"
  },
  (stack) =>
    ofType(stack, types.bucket).flatMap((subject): readonly StackViolation[] => {
      const configurations = ofType(stack, types.bucketEncryption).filter((each) => refersTo(each, "bucket", subject))
      const algorithms = configurations.flatMap(({ props }) => listOf(props["rules"]).map(algorithmOf))
      if (algorithms.some((algorithm) => algorithm !== undefined)) return []
      return [
        {
          subject,
          found: "no BucketServerSideEncryptionConfiguration is about it",
          allowed: "one must name AES256, aws:kms or aws:kms:dsse"
        }
      ]
    })
)

const byDefault = (rule: unknown): Properties =>
  propertiesOf(propertiesOf(rule)?.["applyServerSideEncryptionByDefault"]) ?? {}

const algorithmOf = (rule: unknown): string | undefined => {
  const algorithm = textOf(byDefault(rule)["sseAlgorithm"])
  return algorithm !== undefined && ["AES256", "aws:kms", "aws:kms:dsse"].includes(algorithm) ? algorithm : undefined
}

/** Where each type has its key. */
const keys: Readonly<Record<string, { readonly property: string; readonly key: (props: Properties) => unknown }>> = {
  [types.queue]: { property: "kmsMasterKeyId", key: (props) => props["kmsMasterKeyId"] },
  [types.topic]: { property: "kmsMasterKeyId", key: (props) => props["kmsMasterKeyId"] },
  [types.logGroup]: { property: "kmsKeyId", key: (props) => props["kmsKeyId"] },
  [types.table]: {
    property: "serverSideEncryption.kmsKeyArn",
    key: (props) => propertiesOf(props["serverSideEncryption"])?.["kmsKeyArn"]
  },
  [types.bucketEncryption]: {
    property: "rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId",
    key: (props) => byDefault(listOf(props["rules"])[0])["kmsMasterKeyId"]
  }
}

const customerManagedKeys = resourceRule(
  {
    name: "customer-managed-keys",
    description:
      "Queues, topics, tables, logs and buckets are encrypted with keys of the account's own. Off unless enabled.",
    severity: "medium",
    enforcementLevel: "disabled",
    url: "https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#customer-cmk"
  },
  Object.keys(keys),
  ({ type, props }) => {
    const place = keys[type]
    if (place === undefined) return []
    const key = textOf(place.key(props))
    return key !== undefined && !key.includes("alias/aws/")
      ? []
      : [{ found: `${place.property} is ${shown(key)}`, allowed: "it must be a customer managed KMS key" }]
  }
)

/** The rules. */
export const encryptionRules = [queueEncrypted, bucketEncrypted, customerManagedKeys] as const
