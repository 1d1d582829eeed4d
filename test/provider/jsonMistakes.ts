/** Mistakes within the JSON texts among inputs: policies, dashboards, filters. */

/** Mistakes within JSON texts. */
export const jsonMistakes: ReadonlyArray<
  readonly [type: string, input: string, path: string, value: unknown, sentence: RegExp]
> = [
  ["aws:iam/rolePolicy:RolePolicy", "policy", "Version", "2008-10-17", /Version is 2008/],
  ["aws:iam/rolePolicy:RolePolicy", "policy", "Statement.0.Effect", "allow", /Effect is allow/],
  ["aws:iam/rolePolicy:RolePolicy", "policy", "Statement.0.Actions", ["sqs:x"], /Actions is none of Sid/],
  ["aws:iam/rolePolicy:RolePolicy", "policy", "Statement.0.Action", ["SendMessage"], /Action "SendMessage" is none/],
  ["aws:iam/rolePolicy:RolePolicy", "policy", "Statement.0.Resource", "orders", /Resource "orders" is no ARN/],
  ["aws:iam/rolePolicy:RolePolicy", "policy", "Statement.0.Principal", "*", /Principal does not belong here/],
  ["aws:iam/rolePolicy:RolePolicy", "policy", "Statement.0.Sid", "a b", /Sid a b has other characters/],
  ["aws:iam/rolePolicy:RolePolicy", "policy", "Statement.0.Sid", "x".repeat(10_300), /10240 is the most/],
  [
    "aws:iam/role:Role",
    "assumeRolePolicy",
    "Statement.0.Principal",
    { Service: "lambda" },
    /Principal Service "lambda" is none/
  ],
  ["aws:iam/role:Role", "assumeRolePolicy", "Statement.0.Resource", "*", /Resource does not belong here/],
  ["aws:sqs/queuePolicy:QueuePolicy", "policy", "Statement.0.Action", "sns:Publish", /not of sqs/],
  [
    "aws:sqs/queuePolicy:QueuePolicy",
    "policy",
    "Statement.0.Condition",
    { bool: { "aws:SecureTransport": "false" } },
    /no operator bool/
  ],
  [
    "aws:sqs/queuePolicy:QueuePolicy",
    "policy",
    "Statement.0.Condition",
    { Bool: { "aws:SecureTransport": "no" } },
    /not what the operator/
  ],
  [
    "aws:sqs/queuePolicy:QueuePolicy",
    "policy",
    "Statement.0.Condition",
    { ArnEquals: { "aws:SourceArn": "orders" } },
    /not what the operator/
  ],
  [
    "aws:sqs/queuePolicy:QueuePolicy",
    "policy",
    "Statement.0.Action",
    Array.from({ length: 8 }, (_, index) => `sqs:Action${"x".repeat(index)}`),
    /8 actions in a statement, and 7 is the most/
  ],
  ["aws:sns/topicPolicy:TopicPolicy", "policy", "Statement.0.Action", "sns:*", /out of the service's scope/],
  [
    "aws:s3/bucketPolicy:BucketPolicy",
    "policy",
    "Statement.0.Resource",
    "arn:aws:sqs:eu-west-1:123456789012:x",
    /not of s3/
  ],
  [
    "aws:s3/bucketPolicy:BucketPolicy",
    "policy",
    "Statement.0.Principal",
    { AWS: "somebody" },
    /Principal AWS "somebody" is none/
  ],
  ["aws:dynamodb/resourcePolicy:ResourcePolicy", "policy", "Statement.0.Action", "s3:GetObject", /not of dynamodb/],
  ["aws:sqs/queue:Queue", "redrivePolicy", "maxReceiveCount", 1001, /from 1 to 1000/],
  ["aws:sqs/queue:Queue", "redrivePolicy", "deadLetterArn", "x", /deadLetterArn is none of/],
  [
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
    "redriveAllowPolicy",
    "redrivePermission",
    "some",
    /"some" is none of allowAll/
  ],
  [
    "aws:sns/topicSubscription:TopicSubscription",
    "filterPolicy",
    "kind",
    [{ startsWith: "x" }],
    /no matcher startsWith/
  ],
  ["aws:sns/topicSubscription:TopicSubscription", "filterPolicy", "kind", [], /matches nothing/],
  [
    "aws:sns/topicSubscription:TopicSubscription",
    "filterPolicy",
    "kind",
    Array.from({ length: 151 }, String),
    /150 is the most/
  ],
  ["aws:cloudwatch/dashboard:Dashboard", "dashboardBody", "widgets.0.type", "alarms", /alarms is no widget/],
  ["aws:cloudwatch/dashboard:Dashboard", "dashboardBody", "widgets.1.x", 20, /not on the grid/],
  ["aws:cloudwatch/dashboard:Dashboard", "dashboardBody", "widgets.1.y", 0, /covers another one/],
  ["aws:cloudwatch/dashboard:Dashboard", "dashboardBody", "widgets.1.properties.region", "", /region is needed/],
  [
    "aws:cloudwatch/dashboard:Dashboard",
    "dashboardBody",
    "widgets.1.properties.stat",
    "Total",
    /Total is no statistic/
  ],
  ["aws:cloudwatch/dashboard:Dashboard", "dashboardBody", "widgets.1.properties.colour", "red", /colour is none of/],
  [
    "aws:cloudwatch/dashboard:Dashboard",
    "dashboardBody",
    "widgets.1.properties.metrics.0",
    ["A", "B", "C"],
    /in pairs are needed/
  ],
  [
    "aws:cloudwatch/dashboard:Dashboard",
    "dashboardBody",
    "widgets.1.properties.metrics.0",
    [{ expression: "SEARCH('x', 'Sum')" }],
    /nothing to search for/
  ],
  ["aws:cloudwatch/dashboard:Dashboard", "dashboardBody", "widgets.0.properties.alarms", [], /0 alarms/],
  ["aws:cloudwatch/dashboard:Dashboard", "dashboardBody", "widgets.2.properties.endpoint", "orders", /is no ARN/],
  [
    "aws:cloudwatch/dashboard:Dashboard",
    "dashboardBody",
    "widgets.2.properties.endpoint",
    "arn:aws:sqs:eu-west-1:123456789012:orders",
    /is no function/
  ],
  [
    "aws:cloudwatch/dashboard:Dashboard",
    "dashboardBody",
    "widgets.2.properties.updateOn",
    { always: true },
    /always is none of refresh/
  ]
]
