/**
 * KMS, as far as permissions go: keys with their policies, and which key encrypts which resource. Nothing is encrypted
 * here; what a call with a real key would need of its caller is decided all the same.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
 */
import { randomUUID } from "node:crypto"
import { Schema } from "effect"
import { type Account, arnOf } from "../Account.ts"
import type { PolicyDocument, RequiredPermission } from "../EmbeddedService.ts"
import type { Iam } from "../iam/Iam.ts"
import { parsePolicyDocument } from "../iam/policyDocument.ts"
import { decodeInputs, documentText, inputsSchema, jsonDocument, tags } from "../pulumi/decodeInputs.ts"
import type { ResourceProviders } from "../pulumi/ResourceProvider.ts"

/** What a request needs of the key of the resource that it is made to, by the action. */
const keyActions: Readonly<Record<string, ReadonlyArray<string>>> = {
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
  "sqs:SendMessage": ["kms:GenerateDataKey", "kms:Decrypt"],
  "sqs:ReceiveMessage": ["kms:Decrypt"],
  // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
  "sns:Publish": ["kms:GenerateDataKey", "kms:Decrypt"],
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
  "s3:PutObject": ["kms:GenerateDataKey"],
  "s3:GetObject": ["kms:Decrypt"],
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
  "dynamodb:GetItem": ["kms:Decrypt"],
  "dynamodb:BatchGetItem": ["kms:Decrypt"],
  "dynamodb:Query": ["kms:Decrypt"],
  "dynamodb:PutItem": ["kms:Decrypt"],
  "dynamodb:UpdateItem": ["kms:Decrypt"],
  "dynamodb:DeleteItem": ["kms:Decrypt"],
  // https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
  "secretsmanager:GetSecretValue": ["kms:Decrypt"]
}

/** What CloudWatch Logs needs of the key of a log group, when the group is created. */
const logGroupActions = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:GenerateDataKey", "kms:DescribeKey"]

const keyInputs = inputsSchema({
  description: Schema.optional(Schema.String),
  policy: Schema.optional(jsonDocument),
  enableKeyRotation: Schema.optional(Schema.Boolean),
  deletionWindowInDays: Schema.optional(Schema.Number),
  tags
})

/** KMS inside the process. */
export interface Kms {
  /** `aws:kms/key:Key`. */
  readonly resources: ResourceProviders
  /** IAM that decides about the key of an encrypted resource as well. */
  readonly guard: (iam: Iam) => Iam
  /** Providers that remember which of their resources are encrypted with which key. */
  readonly watch: (providers: ResourceProviders, iam: Iam) => ResourceProviders
}

/** The input that holds a type's key, and the resource that it encrypts. */
const encrypting: Readonly<
  Record<
    string,
    (inputs: Readonly<Record<string, unknown>>, state: Readonly<Record<string, unknown>>) => [unknown, unknown]
  >
> = {
  "aws:sqs/queue:Queue": ({ kmsMasterKeyId }, { arn }) => [arn, kmsMasterKeyId],
  "aws:sns/topic:Topic": ({ kmsMasterKeyId }, { arn }) => [arn, kmsMasterKeyId],
  "aws:dynamodb/table:Table": ({ serverSideEncryption }, { arn }) => [arn, Object(serverSideEncryption).kmsKeyArn],
  "aws:secretsmanager/secret:Secret": ({ kmsKeyId }, { arn }) => [arn, kmsKeyId],
  "aws:cloudwatch/logGroup:LogGroup": ({ kmsKeyId }, { arn }) => [arn, kmsKeyId],
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": ({ bucket, rules }) => [
    `arn:aws:s3:::${String(bucket)}`,
    Object(Object(Array.isArray(rules) ? rules[0] : undefined).applyServerSideEncryptionByDefault).kmsMasterKeyId
  ]
}

/** The resource that is encrypted, of one that is in it: a table of an index, a bucket of an object. */
const encryptedOf = (resource: string): string =>
  resource.startsWith("arn:aws:s3:::")
    ? resource.replace(/^(arn:aws:s3:::[^/]+)\/.*$/s, "$1")
    : resource.replace(/\/index\/.*$/s, "")

/** Starts a KMS without keys. */
export const createKms = (account: Pick<Account, "accountId" | "region">): Kms => {
  const policies = new Map<string, PolicyDocument>()
  /** Key by resource. */
  const keys = new Map<string, string>()
  const ownAccount: PolicyDocument = {
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${account.accountId}:root` },
      Action: "kms:*",
      Resource: "*"
    }
  }

  const onKey = (keyArn: string, action: string, context: RequiredPermission["context"]): RequiredPermission => ({
    action,
    resource: keyArn,
    resourcePolicy: policies.get(keyArn),
    needsResourcePolicy: true,
    ...(context === undefined ? {} : { context })
  })

  /** What a permission needs of keys besides. Keys that AWS itself manages (`alias/aws/…`) ask for nothing. */
  const besides = ({ action, resource, context }: RequiredPermission): ReadonlyArray<RequiredPermission> => {
    const keyArn = keys.get(encryptedOf(resource))
    return keyArn === undefined ? [] : (keyActions[action] ?? []).map((each) => onKey(keyArn, each, context))
  }

  return {
    resources: {
      "aws:kms/key:Key": async (request) => {
        const { policy } = decodeInputs(request, keyInputs)
        const keyId = randomUUID()
        const arn = arnOf(account, "kms", `key/${keyId}`)
        policies.set(arn, policy === undefined ? ownAccount : parsePolicyDocument(documentText(policy)))
        return { id: keyId, state: { ...request.inputs, arn, keyId } }
      }
    },
    guard: (iam) => ({
      ...iam,
      decide: (principal, permission) => {
        const decision = iam.decide(principal, permission)
        if (!decision.allowed) return decision
        for (const each of besides(permission)) {
          const about = iam.decide(principal, each)
          if (!about.allowed) return about
        }
        return decision
      }
    }),
    watch: (providers, iam) =>
      Object.fromEntries(
        Object.entries(providers).map(([type, create]): [string, typeof create] => [
          type,
          async (request) => {
            const created = await create(request)
            const [resource, keyArn] = encrypting[type]?.(request.inputs, created.state) ?? []
            if (typeof keyArn !== "string" || !keyArn.startsWith("arn:") || typeof resource !== "string") return created
            keys.set(resource, keyArn)
            if (type === "aws:cloudwatch/logGroup:LogGroup") {
              const service = `logs.${account.region}.amazonaws.com`
              const context = { "kms:EncryptionContext:aws:logs:arn": resource }
              const refused = logGroupActions.find(
                (action) => !iam.decide({ kind: "service", service }, onKey(keyArn, action, context)).allowed
              )
              if (refused !== undefined)
                throw new Error(
                  `${type} "${request.name}": InvalidParameterException: The specified KMS key does not exist or is not allowed to be used with LogGroup '${resource}' (${refused}).`
                )
            }
            return created
          }
        ])
      )
  }
}
