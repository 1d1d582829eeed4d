/** Cases of the rules by which what is stored or sent is encrypted. */
import {
  bucket,
  bucketEncryption,
  bucketPolicy,
  deny,
  insecure,
  logGroup,
  queue,
  queuePolicy,
  type RuleCases,
  resource,
  table,
  tablePolicy,
  topic,
  topicPolicy
} from "./resources.ts"

/** By rule. */
export const encryptionCases: Readonly<Record<string, RuleCases>> = {
  "queue-encrypted": {
    good: [[queue({ sqsManagedSseEnabled: true })], [queue({ kmsMasterKeyId: "arn:aws:kms:eu-west-1:1:key/2" })]],
    bad: [[[queue({})], "sqsManagedSseEnabled is missing and kmsMasterKeyId is missing; one of them must be set"]]
  },
  "bucket-encrypted": {
    good: [
      [
        bucket({}),
        bucketEncryption(
          { bucket: "it", rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } }] },
          "e"
        )
      ]
    ],
    bad: [
      [
        [
          bucket({}),
          bucketEncryption(
            { bucket: "another", rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
            "e"
          )
        ],
        "no BucketServerSideEncryptionConfiguration is about it; one must name AES256, aws:kms or aws:kms:dsse"
      ]
    ]
  },
  "customer-managed-keys": {
    good: [
      [queue({ kmsMasterKeyId: "arn:key" }), table({ serverSideEncryption: { enabled: true, kmsKeyArn: "arn:key" } })],
      [logGroup({ kmsKeyId: "arn:key" }), topic({ kmsMasterKeyId: "arn:key" })]
    ],
    bad: [
      [
        [queue({ kmsMasterKeyId: "alias/aws/sqs" })],
        'kmsMasterKeyId is "alias/aws/sqs"; it must be a customer managed KMS key'
      ],
      [[table({})], "serverSideEncryption.kmsKeyArn is missing; it must be a customer managed KMS key"]
    ]
  },
  "tls-only": {
    good: [
      [queue({}), queuePolicy({ queueUrl: "url-of-it", policy: deny("sqs:*") }, "p")],
      [queue({ policy: deny("sqs:*") })],
      [topic({}), topicPolicy({ arn: "arn:of:it", policy: deny("sns:Publish") }, "p")],
      [table({}), tablePolicy({ resourceArn: "arn:of:it", policy: deny("dynamodb:*") }, "p")],
      [bucket({}), bucketPolicy({ bucket: "it", policy: deny("s3:*", insecure, { AWS: "*" }) }, "p")]
    ],
    bad: [
      [[queue({})], "it has no policy; a policy must deny sqs:* to everybody where aws:SecureTransport is false"],
      ...[
        deny("sqs:SendMessage"),
        deny("sqs:*", { Bool: { "aws:SecureTransport": "true" } }),
        deny("sqs:*", { ...insecure, StringEquals: { "aws:PrincipalAccount": "1" } }),
        deny("sqs:*", insecure, { AWS: "arn:aws:iam::1:root" })
      ].map(
        (policy) =>
          [
            [queue({}), queuePolicy({ queueUrl: "url-of-it", policy }, "p")],
            "its policy refuses nothing without TLS; a policy must deny sqs:* to everybody where aws:SecureTransport is false"
          ] as const
      )
    ]
  },
  "tls-subscriptions": {
    good: [[resource("aws:sns/topicSubscription:TopicSubscription")({ protocol: "https" })]],
    bad: [
      [
        [resource("aws:sns/topicSubscription:TopicSubscription")({ protocol: "http" })],
        'protocol is "http"; a web address must have "https"'
      ]
    ]
  }
}
