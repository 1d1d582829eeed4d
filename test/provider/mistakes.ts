/** Mistakes of every kind, and the sentence that has to tell of each. */

/** The inputs of a resource. */
export type Inputs = Readonly<Record<string, unknown>>

/** Resources that have an input. */
export const has = (name: string) => (inputs: Inputs) => inputs[name] !== undefined

/** What a mistake is: where, what, and the sentence that is to tell of it. */
export type Mistake = readonly [
  type: string,
  path: string,
  value: unknown,
  sentence: RegExp,
  where?: (inputs: Inputs) => boolean
]

/** Mistakes in inputs. */
export const mistakes: ReadonlyArray<Mistake> = [
  // The provider's types: names, required ones, and what each value is.
  ["aws:sqs/queue:Queue", "visibilityTimeout", 30, /visibilityTimeout: QueueArgs has no such property/],
  ["aws:sqs/queue:Queue", "delaySeconds", "30", /delaySeconds: expected number, got "30"/],
  ["aws:lambda/function:Function", "role", undefined, /role: required by FunctionArgs/],
  ["aws:lambda/function:Function", "environment", { MODE: "x" }, /environment\.MODE: [\w.]+ has no such property/],
  ["aws:lambda/function:Function", "architectures", "arm64", /architectures: expected a list of string/],
  ["aws:lambda/function:Function", "tracingConfig", {}, /tracingConfig\.mode: required by/],
  ["aws:lambda/function:Function", "code", "index.js", /code: expected asset/],
  ["aws:dynamodb/table:Table", "attributes.0.kind", "S", /attributes\.0\.kind: [\w.]+ has no such property/],
  ["aws:dynamodb/table:Table", "pointInTimeRecovery", { enabled: "yes" }, /enabled: expected boolean, got "yes"/],
  [
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "rules.0.id",
    undefined,
    /rules\.0\.id: required/
  ],
  ["aws:iam/rolePolicy:RolePolicy", "policy", undefined, /policy: required by RolePolicyArgs/],
  ["aws:sns/topicSubscription:TopicSubscription", "filterPolicy", { kind: ["x"] }, /filterPolicy: expected string/],
  // Ranges, enumerations, patterns.
  ["aws:sqs/queue:Queue", "visibilityTimeoutSeconds", 43_201, /no whole number from 0 to 43200/],
  ["aws:sqs/queue:Queue", "messageRetentionSeconds", 59, /no whole number from 60 to 1209600/],
  ["aws:sqs/queue:Queue", "delaySeconds", 901, /from 0 to 900/],
  ["aws:sqs/queue:Queue", "name", "orders.v2", /name: "orders\.v2" does not match/],
  [
    "aws:sqs/queue:Queue",
    "contentBasedDeduplication",
    true,
    /only FIFO queues have it/,
    (inputs) => inputs["fifoQueue"] !== true
  ],
  ["aws:sqs/queue:Queue", "sqsManagedSseEnabled", true, /not both/, has("kmsMasterKeyId")],
  ["aws:sqs/queue:Queue", "fifoThroughputLimit", "perMessageGroup", /none of perQueue/, has("fifoThroughputLimit")],
  ["aws:lambda/function:Function", "runtime", "nodejs26.x", /runtime: "nodejs26\.x" is none of/],
  ["aws:lambda/function:Function", "memorySize", 64, /from 128 to 10240/],
  ["aws:lambda/function:Function", "timeout", 901, /from 1 to 900/],
  [
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
    "maximumRetryAttempts",
    3,
    /no whole number from 0 to 2/
  ],
  [
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
    "destinationConfig.onFailure.destination",
    "arn:aws:sqs:eu-west-1:123456789012:undelivered.fifo",
    /no FIFO queue or topic/
  ],
  ["aws:lambda/functionRecursionConfig:FunctionRecursionConfig", "recursiveLoop", "Forbid", /Allow/],
  [
    "aws:sns/topicSubscription:TopicSubscription",
    "endpoint",
    "arn:aws:sqs:eu-west-1:123456789012:orders",
    /endpoint/,
    ({ protocol }) => protocol === "lambda"
  ],
  ["aws:lambda/function:Function", "description", "x".repeat(257), /256 is the most/],
  ["aws:lambda/function:Function", "loggingConfig.logFormat", "json", /logFormat: "json" is none of JSON, Text/],
  [
    "aws:lambda/function:Function",
    "environment.variables.AWS_REGION",
    "eu-west-1",
    /AWS_REGION: no name of a variable/
  ],
  ["aws:lambda/function:Function", "environment.variables.BIG", "x".repeat(4096), /4096 is the most/],
  ["aws:lambda/eventSourceMapping:EventSourceMapping", "batchSize", 10_001, /from 1 to 10000/],
  ["aws:lambda/eventSourceMapping:EventSourceMapping", "scalingConfig.maximumConcurrency", 1, /from 2 to 1000/],
  [
    "aws:lambda/eventSourceMapping:EventSourceMapping",
    "functionResponseTypes",
    ["ReportBatchItemFailure"],
    /none of ReportBatch/
  ],
  [
    "aws:lambda/eventSourceMapping:EventSourceMapping",
    "maximumBatchingWindowInSeconds",
    0,
    /needs at least a second/,
    (inputs) => Number(inputs["batchSize"]) > 10
  ],
  ["aws:cloudwatch/logGroup:LogGroup", "retentionInDays", 31, /retentionInDays: 31 is none of/],
  ["aws:dynamodb/table:Table", "attributes.0.type", "string", /type: "string" is none of S, N, B/],
  ["aws:dynamodb/table:Table", "hashKey", "id", /the key id is not declared/],
  ["aws:s3/bucket:Bucket", "bucket", "Archive_1", /bucket: "Archive_1" does not match/],
  [
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "rules.0.transitions.0.storageClass",
    "ICE",
    /"ICE" is none/
  ],
  [
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "rules.0.expiration.days",
    1,
    /expire before they are moved/
  ],
  ["aws:s3/bucketOwnershipControls:BucketOwnershipControls", "rule.objectOwnership", "Owner", /"Owner" is none/],
  ["aws:s3/bucketVersioning:BucketVersioning", "versioningConfiguration.status", "On", /"On" is none/],
  ["aws:apigatewayv2/integration:Integration", "timeoutMilliseconds", 30_001, /from 50 to 30000/],
  ["aws:apigatewayv2/route:Route", "routeKey", "post /orders", /routeKey: "post \/orders" does not match/],
  ["aws:apigatewayv2/route:Route", "authorizerId", undefined, /belongs to JWT/],
  ["aws:apigatewayv2/stage:Stage", "accessLogSettings.format", "$context.requestID", /none of the gateway's/],
  ["aws:secretsmanager/secret:Secret", "recoveryWindowInDays", 3, /from 7 to 30/],
  ["aws:ec2/securityGroup:SecurityGroup", "description", "it's ours", /does not match/],
  // ARNs.
  ["aws:lambda/function:Function", "role", "orders-role", /role: "orders-role" is no ARN/],
  ["aws:lambda/function:Function", "role", "arn:aws:iam:eu-west-1:123456789012:role/x", /not of the shape of iam/],
  [
    "aws:lambda/eventSourceMapping:EventSourceMapping",
    "eventSourceArn",
    "arn:aws:sns:eu-west-1:123456789012:x",
    /no ARN of sqs/
  ],
  [
    "aws:lambda/permission:Permission",
    "sourceArn",
    "arn:aws:execute-api:eu-west-1:12:x/*",
    /not of the shape of execute-api/
  ],
  ["aws:apigatewayv2/stage:Stage", "accessLogSettings.destinationArn", "arn:aws:s3:::logs", /no ARN of logs/],
  [
    "aws:sns/topicSubscription:TopicSubscription",
    "endpoint",
    "https://sqs.eu-west-1.amazonaws.com/1/x",
    /endpoint: .* is no ARN/,
    (inputs) => inputs["protocol"] === "sqs"
  ],
  [
    "aws:sqs/queuePolicy:QueuePolicy",
    "queueUrl",
    "arn:aws:sqs:eu-west-1:123456789012:x",
    /queueUrl: .* does not match/
  ],
  // Alarms, dashboards, schedules.
  ["aws:cloudwatch/metricAlarm:MetricAlarm", "comparisonOperator", "GreaterThan", /"GreaterThan" is none of/],
  ["aws:cloudwatch/metricAlarm:MetricAlarm", "period", 45, /45 is no period/, has("metricName")],
  ["aws:cloudwatch/metricAlarm:MetricAlarm", "evaluationPeriods", 1441, /from 1 to 1440/],
  ["aws:cloudwatch/metricAlarm:MetricAlarm", "statistic", "p99", /"p99" is none of SampleCount/, has("metricName")],
  [
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "statistic",
    undefined,
    /exactly one of statistic, extendedStatistic/,
    has("metricName")
  ],
  ["aws:cloudwatch/metricAlarm:MetricAlarm", "treatMissingData", "ok", /"ok" is none of breaching/],
  [
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "metricQueries.0.expression",
    "failed / total",
    /there is no metric total/,
    has("metricQueries")
  ],
  [
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "metricQueries.0.expression",
    "IF(failed > 1",
    /\) is missing before the end/,
    has("metricQueries")
  ],
  [
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "metricQueries.0.expression",
    "MEAN(failed)",
    /there is no function MEAN/,
    has("metricQueries")
  ],
  [
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "metricQueries.0.expression",
    "FILL(failed)",
    /FILL does not take 1/,
    has("metricQueries")
  ],
  [
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "metricQueries.0.returnData",
    false,
    /0 return data/,
    has("metricQueries")
  ],
  [
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "metricQueries.1.id",
    "Processed",
    /Processed is no id/,
    has("metricQueries")
  ],
  ["aws:cloudwatch/dashboard:Dashboard", "dashboardName", "orders.dev", /does not match/],
  ["aws:cloudwatch/eventRule:EventRule", "scheduleExpression", "rate(1 minutes)", /the plural/],
  ["aws:cloudwatch/eventRule:EventRule", "scheduleExpression", "cron(0 12 * * * *)", /exactly one of the days/],
  ["aws:cloudwatch/eventRule:EventRule", "scheduleExpression", "every hour", /every hour is no schedule/],
  [
    "aws:cloudwatch/eventRule:EventRule",
    "eventPattern",
    '{"source":["x"]}',
    /exactly one of scheduleExpression, eventPattern/
  ]
]
