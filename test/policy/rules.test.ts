import { describe, expect, it } from "vitest"
import { policies } from "../../policy/policies.ts"
import { type Judged, judge } from "./judge.ts"

type Inputs = Readonly<Record<string, unknown>>

const resource =
  (type: string) =>
  (inputs: Inputs, name = "it"): Judged => ({
    type,
    name,
    inputs,
    state: { arn: `arn:of:${name}`, url: `url-of-${name}`, bucket: name, name, ...inputs }
  })

const alarm = resource("aws:cloudwatch/metricAlarm:MetricAlarm")
const bucket = resource("aws:s3/bucket:Bucket")
const bucketPolicy = resource("aws:s3/bucketPolicy:BucketPolicy")
const bucketEncryption = resource(
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
)
const endpoint = resource("aws:ec2/vpcEndpoint:VpcEndpoint")
const eventSource = resource("aws:lambda/eventSourceMapping:EventSourceMapping")
const lambda = resource("aws:lambda/function:Function")
const lambdaPermission = resource("aws:lambda/permission:Permission")
const logGroup = resource("aws:cloudwatch/logGroup:LogGroup")
const queue = resource("aws:sqs/queue:Queue")
const queuePolicy = resource("aws:sqs/queuePolicy:QueuePolicy")
const redriveAllow = resource("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy")
const redrive = resource("aws:sqs/redrivePolicy:RedrivePolicy")
const role = resource("aws:iam/role:Role")
const rolePolicy = resource("aws:iam/rolePolicy:RolePolicy")
const table = resource("aws:dynamodb/table:Table")
const tablePolicy = resource("aws:dynamodb/resourcePolicy:ResourcePolicy")
const topic = resource("aws:sns/topic:Topic")
const topicPolicy = resource("aws:sns/topicPolicy:TopicPolicy")

const document = (...statements: readonly Inputs[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements })
const allow = (Action: unknown, Resource: unknown, more: Inputs = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more
})
const insecure = { Bool: { "aws:SecureTransport": "false" } }
const deny = (Action: string, Condition: Inputs = insecure, Principal: unknown = "*") =>
  document({ Effect: "Deny", Principal, Action, Resource: "*", Condition })
const deadLettering = (policy: Inputs, target: Inputs = {}) => [
  queue({ redrivePolicy: JSON.stringify({ deadLetterTargetArn: "arn:of:dead", maxReceiveCount: 3 }), ...policy }),
  queue(target, "dead")
]

/** By rule: stacks that keep it, and stacks that break it with what is said about the resource. */
const cases: Readonly<
  Record<
    string,
    { readonly good: readonly (readonly Judged[])[]; readonly bad: readonly (readonly [readonly Judged[], string])[] }
  >
> = {
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
  },
  "no-public-principal": {
    good: [
      [
        queuePolicy({
          policy: document(allow("sqs:SendMessage", "*", { Principal: { AWS: "arn:aws:iam::1:role/r" } }))
        })
      ],
      [
        queuePolicy({
          policy: document(
            allow("sqs:SendMessage", "*", {
              Principal: { Service: "sns.amazonaws.com" },
              Condition: { ArnEquals: { "aws:SourceArn": ["arn:aws:sns:eu-west-1:123456789012:orders"] } }
            })
          )
        })
      ],
      [queuePolicy({ policy: deny("sqs:*") })]
    ],
    bad: [
      [
        [queuePolicy({ policy: document(allow("sqs:SendMessage", "*", { Principal: { AWS: "*" } })) })],
        "its policy allows sqs:SendMessage to everybody; it must name the principals, or narrow them with a condition such as aws:SourceArn"
      ],
      [
        [
          topicPolicy({
            policy: document(
              allow("sns:Publish", "*", {
                Principal: "*",
                Condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:*:*:bucket" } }
              })
            )
          })
        ],
        "its policy allows sns:Publish to everybody; it must name the principals, or narrow them with a condition such as aws:SourceArn"
      ],
      [
        [
          bucketPolicy({
            policy: document(allow("s3:PutObject", "*", { Principal: { Service: "logging.s3.amazonaws.com" } }))
          })
        ],
        "its policy allows s3:PutObject to logging.s3.amazonaws.com on behalf of anybody; a condition must name aws:SourceArn or aws:SourceAccount"
      ]
    ]
  },
  "function-not-public": {
    good: [
      [lambdaPermission({ principal: "apigateway.amazonaws.com", sourceArn: "arn:aws:execute-api:eu-west-1:1:api" })],
      [lambdaPermission({ principal: "123456789012" })],
      [resource("aws:lambda/functionUrl:FunctionUrl")({ authorizationType: "AWS_IAM" })]
    ],
    bad: [
      [
        [lambdaPermission({ principal: "sns.amazonaws.com" })],
        'principal is "sns.amazonaws.com" on behalf of anybody; sourceArn or sourceAccount must be set'
      ],
      [
        [resource("aws:lambda/functionUrl:FunctionUrl")({ authorizationType: "NONE" })],
        'authorizationType is "NONE"; it must be "AWS_IAM"'
      ]
    ]
  },
  "no-open-security-group": {
    good: [
      [resource("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")({ referencedSecurityGroupId: "sg-1" })],
      [resource("aws:ec2/securityGroup:SecurityGroup")({ ingress: [{ cidrBlocks: ["10.0.0.0/24"] }] })],
      [resource("aws:ec2/securityGroupRule:SecurityGroupRule")({ type: "egress", cidrBlocks: ["0.0.0.0/0"] })]
    ],
    bad: [
      [
        [resource("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")({ cidrIpv6: "::/0" })],
        "it lets in ::/0; an inbound rule must name a security group or a block of its own"
      ],
      [
        [resource("aws:ec2/securityGroupRule:SecurityGroupRule")({ type: "ingress", cidrBlocks: ["0.0.0.0/0"] })],
        "it lets in 0.0.0.0/0; an inbound rule must name a security group or a block of its own"
      ]
    ]
  },
  "endpoint-policy": {
    good: [
      [endpoint({ policy: document(allow("sqs:SendMessage", "arn:aws:sqs:eu-west-1:1:orders", { Principal: "*" })) })],
      [
        endpoint({
          policy: document(
            allow("*", "*", { Principal: "*", Condition: { StringEquals: { "aws:PrincipalAccount": "123456789012" } } })
          )
        })
      ]
    ],
    bad: [
      [
        [endpoint({})],
        "policy is missing, which admits everything; each statement that allows must name resources, or aws:PrincipalAccount"
      ],
      [
        [endpoint({ policy: document(allow("*", "*", { Principal: "*" })) })],
        "its policy admits * on every resource; each statement that allows must name resources, or aws:PrincipalAccount"
      ]
    ]
  },
  "exact-actions": {
    good: [
      [
        rolePolicy({
          policy: document(allow(["sqs:SendMessage"], "*"), { Effect: "Deny", Action: "*", Resource: "*" })
        })
      ]
    ],
    bad: [
      [
        [rolePolicy({ policy: document(allow("s3:Get*", "arn:aws:s3:::b/*")) })],
        "it allows s3:Get*; each action must be named"
      ],
      [
        [role({ inlinePolicies: [{ name: "all", policy: document(allow("*", "*")) }] })],
        "it allows *; each action must be named"
      ],
      [
        [rolePolicy({ policy: document({ Effect: "Allow", NotAction: "iam:*", Resource: "*" }) })],
        "it allows all but iam:* by a negation; Action and Resource must name what is allowed"
      ]
    ]
  },
  "exact-resources": {
    good: [
      "arn:aws:sqs:eu-west-1:123456789012:orders",
      "arn:aws:s3:::orders-archive/*",
      "arn:aws:s3:::orders-archive/class=*",
      "arn:aws:logs:eu-west-1:123456789012:log-group:orders:*",
      "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/index/*"
    ]
      .map((each) => [rolePolicy({ policy: document(allow("some:Action", each)) })])
      .concat([
        [rolePolicy({ policy: document(allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*")) })],
        [rolePolicy({ policy: document(allow("ec2:CreateNetworkInterface", "*")) })]
      ]),
    bad: [
      "*",
      "arn:aws:sqs:*:*:*",
      "arn:aws:s3:::*",
      "arn:aws:s3:::*/class=*",
      "arn:aws:dynamodb:eu-west-1:123456789012:table/*",
      "arn:aws:lambda:eu-west-1:123456789012:function:*"
    ].map(
      (each) =>
        [
          [rolePolicy({ policy: document(allow(["some:Action", "xray:PutTraceSegments"], each)) })],
          `it allows some:Action on ${each}; each resource must be named, at least by the start of its name`
        ] as const
    )
  },
  "no-broad-managed-policies": {
    good: [[role({ managedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"] })]],
    bad: [
      [
        [
          resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment")({
            policyArn: "arn:aws:iam::aws:policy/AdministratorAccess"
          })
        ],
        "it has arn:aws:iam::aws:policy/AdministratorAccess; a policy of its own must name what it may do"
      ]
    ]
  },
  "dead-letter-retention": {
    good: [
      deadLettering({ messageRetentionSeconds: 3600 }, { messageRetentionSeconds: 3600 }),
      // SQS's own default is four days.
      deadLettering({ messageRetentionSeconds: 345_600 })
    ],
    bad: [
      [
        deadLettering({}, { messageRetentionSeconds: 345_599 }),
        'messageRetentionSeconds is 345599 as the dead-letter queue of "it", which has 345600; it must not be less'
      ],
      [
        [
          queue({ messageRetentionSeconds: 60 }),
          queue({ messageRetentionSeconds: 59 }, "dead"),
          redrive({ queueUrl: "url-of-it", redrivePolicy: JSON.stringify({ deadLetterTargetArn: "arn:of:dead" }) }, "r")
        ],
        'messageRetentionSeconds is 59 as the dead-letter queue of "it", which has 60; it must not be less'
      ]
    ]
  },
  "dead-letter-redrive-allow": {
    good: [
      [
        ...deadLettering({}),
        redriveAllow(
          {
            queueUrl: "url-of-dead",
            redriveAllowPolicy: JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns: ["arn:of:it"] })
          },
          "r"
        )
      ]
    ],
    bad: [
      [
        deadLettering({}),
        'any queue may use it for its dead letters; its redriveAllowPolicy must have redrivePermission "byQueue" and its sources in sourceQueueArns'
      ],
      [
        deadLettering({}, { redriveAllowPolicy: JSON.stringify({ redrivePermission: "allowAll" }) }),
        'redrivePermission is "allowAll"; its redriveAllowPolicy must have redrivePermission "byQueue" and its sources in sourceQueueArns'
      ],
      [
        deadLettering(
          {},
          { redriveAllowPolicy: JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns: ["arn:of:another"] }) }
        ),
        'sourceQueueArns lacks "it"; its redriveAllowPolicy must have redrivePermission "byQueue" and its sources in sourceQueueArns'
      ]
    ]
  },
  "consumed-queue-redrives": {
    good: [[...deadLettering({}), eventSource({ eventSourceArn: "arn:of:it" }, "s")], [queue({})]],
    bad: [
      [
        [queue({}), eventSource({ eventSourceArn: "arn:of:it" }, "s")],
        "a function consumes it and it has no redrive policy; redrivePolicy must name a dead-letter queue"
      ]
    ]
  },
  "batch-item-failures": {
    good: [
      [eventSource({ eventSourceArn: "arn:aws:kinesis:eu-west-1:1:stream/s" })],
      [eventSource({ eventSourceArn: "arn:aws:sqs:eu-west-1:1:q", functionResponseTypes: ["ReportBatchItemFailures"] })]
    ],
    bad: [
      [
        [eventSource({ eventSourceArn: "arn:aws:sqs:eu-west-1:1:q" })],
        'functionResponseTypes is []; it must have "ReportBatchItemFailures"'
      ]
    ]
  },
  "dead-letter-alarm": {
    good: [
      [
        ...deadLettering({}),
        alarm(
          { namespace: "AWS/SQS", metricName: "ApproximateNumberOfMessagesVisible", dimensions: { QueueName: "dead" } },
          "a"
        )
      ]
    ],
    bad: [
      [
        [
          ...deadLettering({}),
          alarm(
            { namespace: "AWS/SQS", metricName: "ApproximateNumberOfMessagesVisible", dimensions: { QueueName: "it" } },
            "a"
          )
        ],
        "no alarm is about its ApproximateNumberOfMessagesVisible, and it is a dead-letter queue; a MetricAlarm must be"
      ]
    ]
  },
  "alarm-complete": {
    good: [[alarm({ alarmActions: ["arn"], alarmDescription: "what to do", treatMissingData: "notBreaching" })]],
    bad: [
      [
        [alarm({ alarmActions: [], alarmDescription: "what to do", treatMissingData: "notBreaching" })],
        "alarmActions is empty; it must name whom the alarm tells"
      ],
      [
        [alarm({ alarmActions: ["arn"], alarmDescription: "what to do" })],
        "treatMissingData is missing; it must be set"
      ]
    ]
  },
  "alarms-get-through": {
    good: [[topic({ kmsMasterKeyId: "alias/aws/sns" })]],
    bad: [
      [
        [topic({ kmsMasterKeyId: "alias/aws/sns" }), alarm({ alarmActions: ["arn:of:it"] }, "a")],
        'kmsMasterKeyId is "alias/aws/sns" and alarms go to it; it must be a customer managed key that admits cloudwatch.amazonaws.com, or missing'
      ]
    ]
  },
  "log-retention": {
    good: [[logGroup({ retentionInDays: 30 })]],
    bad: [
      [[logGroup({})], "retentionInDays is missing; it must be from 1 to 3653"],
      [[logGroup({ retentionInDays: 0 })], "retentionInDays is 0; it must be from 1 to 3653"]
    ]
  },
  "point-in-time-recovery": {
    good: [[table({ pointInTimeRecovery: { enabled: true } })]],
    bad: [
      [[table({ pointInTimeRecovery: { enabled: false } })], "pointInTimeRecovery.enabled is false; it must be true"],
      [[table({})], "pointInTimeRecovery.enabled is missing; it must be true"]
    ]
  },
  "protected-from-deletion": {
    good: [[{ ...queue({}), protect: true }]],
    bad: [[[queue({})], "protect is false; it must be true"]]
  },
  "function-traced": {
    good: [[lambda({ tracingConfig: { mode: "Active" } })]],
    bad: [[[lambda({})], 'tracingConfig.mode is missing; it must be "Active"']]
  },
  "no-secrets-in-environment": {
    good: [
      [lambda({ environment: { variables: { PAYMENT_TOKEN: "arn:aws:secretsmanager:eu-west-1:1:secret:token" } } })],
      [lambda({ environment: { variables: { TOKEN_BUCKET: "a", SECRET_ID: "b" } } })]
    ],
    bad: [
      [
        [lambda({ environment: { variables: { PAYMENT_TOKEN: "hush" } } })],
        "environment.variables.PAYMENT_TOKEN holds a value; it must be the ARN of a secret, which the function reads when it runs"
      ],
      [
        [lambda({ environment: { variables: { dbPassword: "", DB_PASSWORD: "hush" } } })],
        "environment.variables.DB_PASSWORD holds a value; it must be the ARN of a secret, which the function reads when it runs"
      ]
    ]
  }
}

describe.each(Object.entries(cases))("the rule %s", (only, { good, bad }) => {
  it("exists", () => expect(policies.map(({ name }) => name)).toContain(only))

  it("finds nothing where it is kept", async () => {
    for (const stack of good) expect(await judge(stack, { only })).toEqual([])
  })

  it("says of the resource what was found and what is allowed", async () => {
    for (const [stack, said] of bad) {
      const findings = await judge(stack, { only })
      expect(findings.map(({ message }) => message.replace(/^[\w:/]+ "\w+": /, ""))).toEqual([`${said}.`])
    }
  })
})

describe("a rule's configuration", () => {
  it("narrows how long logs may be kept", async () => {
    const config = { "log-retention": { minimumDays: 90, maximumDays: 365 } }
    expect(await judge([logGroup({ retentionInDays: 90 })], { only: "log-retention", config })).toEqual([])
    expect(await judge([logGroup({ retentionInDays: 30 })], { only: "log-retention", config })).toMatchObject([
      { message: 'aws:cloudwatch/logGroup:LogGroup "it": retentionInDays is 30; it must be from 90 to 365.' }
    ])
  })

  it("adds actions that know no resources", async () => {
    const stack = [rolePolicy({ policy: document(allow("cloudwatch:PutMetricData", "*")) })]
    expect(await judge(stack, { only: "exact-resources" })).toHaveLength(1)
    const config = { "exact-resources": { actionsWithoutResources: ["cloudwatch:PutMetricData"] } }
    expect(await judge(stack, { only: "exact-resources", config })).toEqual([])
  })
})
