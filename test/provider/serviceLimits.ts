/** What each service asks of the inputs of its resources beside their types. Each type that a program of ours uses is here. */
import { metricAlarm } from "./alarmGrammar.ts"
import { arnOf } from "./arnGrammar.ts"
import {
  all,
  type Check,
  each,
  exactlyOne,
  json,
  longest,
  matches,
  members,
  nothing,
  oneOf,
  range,
  unknownNames,
  valuesAt
} from "./checks.ts"
import { dashboardProblems } from "./dashboardGrammar.ts"
import { eventPatternProblems, filterPolicyProblems, scheduleProblems } from "./eventGrammar.ts"
import { policy, policyKinds } from "./policyGrammar.ts"
import { enumValues } from "./providerSchema.ts"

/** A check of a type, worked out when it is first used. */
const queueUrl = (path: string): Check =>
  matches(path, /^https:\/\/sqs\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/\d{12}\/[\w-]{1,80}(?:\.fifo)?$/)

const redrivePolicy: Check = json("redrivePolicy", (value) => {
  const parts = Object.fromEntries(members(value))
  return [
    ...unknownNames(value, ["deadLetterTargetArn", "maxReceiveCount"]),
    ...arnOf("deadLetterTargetArn", "sqs")(parts),
    ...(parts["deadLetterTargetArn"] === undefined ? ["deadLetterTargetArn is needed"] : []),
    ...range("maxReceiveCount", 1, 1000)(parts)
  ]
})

const subscriptionRedrive: Check = json("redrivePolicy", (value) => [
  ...unknownNames(value, ["deadLetterTargetArn"]),
  ...arnOf("deadLetterTargetArn", "sqs")(Object.fromEntries(members(value)))
])

const redriveAllowPolicy: Check = json("redriveAllowPolicy", (value) => {
  const parts = Object.fromEntries(members(value))
  return [
    ...unknownNames(value, ["redrivePermission", "sourceQueueArns"]),
    ...oneOf("redrivePermission", ["allowAll", "denyAll", "byQueue"])(parts),
    ...((parts["redrivePermission"] === "byQueue") === (parts["sourceQueueArns"] !== undefined)
      ? []
      : ["sourceQueueArns belongs to byQueue"]),
    ...longest("sourceQueueArns", 10)(parts),
    ...arnOf("sourceQueueArns.*", "sqs")(parts)
  ]
})

/** Only FIFO queues have these, and they have no delay of a message. */
const fifoQueue: Check = (inputs) =>
  inputs["fifoQueue"] === true
    ? matches("name", /\.fifo$/)(inputs)
    : ["contentBasedDeduplication", "deduplicationScope", "fifoThroughputLimit"].flatMap((name) =>
        inputs[name] === undefined ? [] : [`${name}: only FIFO queues have it`]
      )

const oneEncryption: Check = (inputs) =>
  inputs["kmsMasterKeyId"] !== undefined && inputs["sqsManagedSseEnabled"] === true
    ? ["sqsManagedSseEnabled: a queue has a key or SQS's own encryption, not both"]
    : []

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const reservedVariables =
  /^(?:_HANDLER|_X_AMZN_TRACE_ID|AWS_(?:DEFAULT_REGION|REGION|EXECUTION_ENV|LAMBDA_\w+|ACCESS_KEY(?:_ID)?|SECRET_ACCESS_KEY|SESSION_TOKEN))$/

const environment: Check = (inputs) => {
  const variables = valuesAt(inputs, "environment.variables").flatMap(([, given]) => members(given))
  const bytes = variables.reduce((sum, [name, value]) => sum + Buffer.byteLength(`${name}${value}`), 0)
  return [
    ...variables.flatMap(([name]) =>
      /^[A-Za-z]\w+$/.test(name) && !reservedVariables.test(name)
        ? []
        : [`environment.variables.${name}: no name of a variable`]
    ),
    ...(bytes > 4096 ? [`environment.variables: ${bytes} bytes, and 4096 is the most`] : [])
  ]
}

const lambdaFunction: Check = all(
  range("timeout", 1, 900),
  range("memorySize", 128, 10_240),
  range("reservedConcurrentExecutions", -1, 100_000),
  longest("description", 256),
  matches("handler", /^[^\s]{1,128}$/),
  (inputs) => oneOf("runtime", enumValues("lambda", "Runtime"))(inputs),
  oneOf("architectures.*", ["arm64", "x86_64"]),
  oneOf("tracingConfig.mode", ["Active", "PassThrough"]),
  oneOf("loggingConfig.logFormat", ["JSON", "Text"]),
  oneOf("loggingConfig.applicationLogLevel", ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]),
  oneOf("loggingConfig.systemLogLevel", ["DEBUG", "INFO", "WARN"]),
  matches("loggingConfig.logGroup", /^[\w./#-]{1,512}$/),
  arnOf("role", "iam", "role/"),
  longest("vpcConfig.subnetIds", 16),
  longest("vpcConfig.securityGroupIds", 5),
  environment
)

const eventSourceMapping: Check = all(
  arnOf("eventSourceArn", "sqs"),
  matches("functionName", /^(?:arn:aws[\w-]*:lambda:.*|[\w-]{1,64})$/),
  range("batchSize", 1, 10_000),
  range("maximumBatchingWindowInSeconds", 0, 300),
  range("scalingConfig.maximumConcurrency", 2, 1000),
  oneOf("functionResponseTypes.*", ["ReportBatchItemFailures"]),
  (inputs) =>
    Number(inputs["batchSize"] ?? 10) > 10 && Number(inputs["maximumBatchingWindowInSeconds"] ?? 0) < 1
      ? ["maximumBatchingWindowInSeconds: a batch of more than 10 needs at least a second"]
      : [],
  (inputs) =>
    String(inputs["eventSourceArn"]).endsWith(".fifo") &&
    (Number(inputs["batchSize"] ?? 10) > 10 || Number(inputs["maximumBatchingWindowInSeconds"] ?? 0) > 0)
      ? ["batchSize: of a FIFO queue at most 10, and no window"]
      : []
)

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const logRetentionDays = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
]

/** Every key of a table or index is declared, and nothing else is. */
const tableKeys: Check = (inputs) => {
  const declared = valuesAt(inputs, "attributes.*.name").map(([, name]) => String(name))
  const used = [
    "hashKey",
    "rangeKey",
    "globalSecondaryIndexes.*.hashKey",
    "globalSecondaryIndexes.*.rangeKey",
    "globalSecondaryIndexes.*.keySchemas.*.attributeName"
  ]
    .flatMap((path) => valuesAt(inputs, path))
    .map(([, name]) => String(name))
  return [
    ...used.flatMap((name) => (declared.includes(name) ? [] : [`attributes: the key ${name} is not declared`])),
    ...declared.flatMap((name) => (used.includes(name) ? [] : [`attributes: ${name} is no key`]))
  ]
}

const lifecycle: Check = all(
  oneOf("rules.*.status", ["Enabled", "Disabled"]),
  longest("rules.*.id", 255),
  oneOf("rules.*.transitions.*.storageClass", [
    ...["GLACIER", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "DEEP_ARCHIVE", "GLACIER_IR"]
  ]),
  oneOf("transitionDefaultMinimumObjectSize", ["varies_by_storage_class", "all_storage_classes_128K"]),
  range("rules.*.expiration.days", 1, 2_147_483_647),
  range("rules.*.noncurrentVersionExpiration.noncurrentDays", 1, 2_147_483_647),
  (inputs) => {
    const latest = Math.max(0, ...valuesAt(inputs, "rules.*.transitions.*.days").map(([, days]) => Number(days)))
    return valuesAt(inputs, "rules.*.expiration.days").flatMap(([path, days]) =>
      Number(days) > latest ? [] : [`${path}: objects expire before they are moved`]
    )
  }
)

const queue: Check = all(
  range("visibilityTimeoutSeconds", 0, 43_200),
  range("messageRetentionSeconds", 60, 1_209_600),
  range("delaySeconds", 0, 900),
  range("receiveWaitTimeSeconds", 0, 20),
  range("maxMessageSize", 1024, 1_048_576),
  range("kmsDataKeyReusePeriodSeconds", 60, 86_400),
  oneOf("deduplicationScope", ["queue", "messageGroup"]),
  oneOf("fifoThroughputLimit", ["perQueue", "perMessageGroupId"]),
  matches("name", /^[\w-]{1,80}$|^[\w-]{1,75}\.fifo$/),
  redrivePolicy,
  redriveAllowPolicy,
  oneEncryption
)

const subscription: Check = all(
  arnOf("topic", "sns"),
  oneOf("protocol", ["sqs", "email", "email-json", "lambda", "https", "http", "sms", "firehose"]),
  (inputs) => (inputs["protocol"] === "sqs" ? arnOf("endpoint", "sqs")(inputs) : []),
  (inputs) => (inputs["protocol"] === "email" ? matches("endpoint", /^[^\s@]+@[^\s@]+\.[^\s@]+$/)(inputs) : []),
  oneOf("filterPolicyScope", ["MessageAttributes", "MessageBody"]),
  json("filterPolicy", filterPolicyProblems),
  subscriptionRedrive
)

const route: Check = all(
  matches(
    "routeKey",
    /^(?:\$default|(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|ANY) \/(?:[\w.{}+-]+(?:\/[\w.{}+-]+)*)?)$/
  ),
  matches("target", /^integrations\/[\w-]+$/),
  oneOf("authorizationType", ["NONE", "AWS_IAM", "JWT", "CUSTOM"]),
  longest("authorizationScopes", 10),
  (inputs) =>
    (inputs["authorizationType"] === "JWT") === (inputs["authorizerId"] !== undefined)
      ? []
      : ["authorizerId: belongs to JWT"]
)

/** The log level of an access log is a line: one object, and nothing that the gateway does not know. */
const accessLogFormat: Check = each("accessLogSettings.format", (format) => {
  const text = String(format)
  if (text.includes("\n") || text.length > 3000) return ["it is no single line of at most 3000 characters"]
  return [...text.matchAll(/\$context(\.[\w.]+)?/g)].flatMap(([variable]) =>
    /^\$context\.(?:accountId|apiId|authorizer\.[\w.]+|awsEndpointRequestId|dataProcessed|domainName|error\.(?:message|messageString|responseType)|extendedRequestId|httpMethod|identity\.\w+|integration(?:\.\w+|ErrorMessage|Latency|Status)|path|protocol|requestId|requestTime|requestTimeEpoch|responseLatency|responseLength|routeKey|stage|status)$/.test(
      variable
    )
      ? []
      : [`${variable} is none of the gateway's`]
  )
})

/** The rules by type token. A type that is not here is refused: whoever uses a new one says what its service asks of it. */
export const serviceLimits: Readonly<Record<string, Check>> = {
  "aws:apigatewayv2/api:Api": all(
    oneOf("protocolType", ["HTTP", "WEBSOCKET"]),
    longest("name", 128),
    range("corsConfiguration.maxAge", -1, 86_400),
    matches("corsConfiguration.allowOrigins.*", /^(?:\*|https?:\/\/[^/]+)$/),
    oneOf("corsConfiguration.allowMethods.*", ["*", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
  ),
  "aws:apigatewayv2/authorizer:Authorizer": all(
    oneOf("authorizerType", ["JWT", "REQUEST"]),
    matches("identitySources.*", /^\$(?:request\.(?:header|querystring)\.[\w-]+|context\.[\w.]+)$/),
    matches("jwtConfiguration.issuer", /^https:\/\/\S+$/),
    longest("jwtConfiguration.audiences", 50)
  ),
  "aws:apigatewayv2/integration:Integration": all(
    oneOf("integrationType", ["AWS_PROXY", "HTTP_PROXY"]),
    oneOf("payloadFormatVersion", ["1.0", "2.0"]),
    range("timeoutMilliseconds", 50, 30_000),
    arnOf("integrationUri", "apigateway")
  ),
  "aws:apigatewayv2/route:Route": route,
  "aws:apigatewayv2/stage:Stage": all(
    matches("name", /^(?:\$default|[\w-]{1,128})$/),
    arnOf("accessLogSettings.destinationArn", "logs", "log-group:"),
    range("defaultRouteSettings.throttlingBurstLimit", 0, 1_000_000),
    each("defaultRouteSettings.throttlingRateLimit", (value) => (Number(value) >= 0 ? [] : ["it is below 0"])),
    accessLogFormat
  ),
  "aws:cloudwatch/dashboard:Dashboard": all(
    matches("dashboardName", /^[A-Za-z0-9_-]{1,255}$/),
    json("dashboardBody", dashboardProblems)
  ),
  "aws:cloudwatch/eventRule:EventRule": all(
    exactlyOne("scheduleExpression", "eventPattern"),
    each("scheduleExpression", scheduleProblems),
    json("eventPattern", eventPatternProblems),
    longest("description", 512),
    matches("name", /^[\w.-]{1,64}$/)
  ),
  "aws:cloudwatch/eventTarget:EventTarget": all(
    matches("rule", /^[\w.-]{1,64}$/),
    matches("targetId", /^[\w.-]{1,64}$/),
    longest("input", 8192)
  ),
  "aws:cloudwatch/logGroup:LogGroup": all(
    oneOf("retentionInDays", logRetentionDays),
    matches("name", /^[\w./#-]{1,512}$/),
    arnOf("kmsKeyId", "kms", "key/")
  ),
  "aws:cloudwatch/metricAlarm:MetricAlarm": metricAlarm,
  "aws:dynamodb/resourcePolicy:ResourcePolicy": all(
    arnOf("resourceArn", "dynamodb", "table/"),
    policy("policy", policyKinds.table)
  ),
  "aws:dynamodb/table:Table": all(
    matches("name", /^[\w.-]{3,255}$/),
    oneOf("billingMode", ["PAY_PER_REQUEST", "PROVISIONED"]),
    oneOf("attributes.*.type", ["S", "N", "B"]),
    oneOf("globalSecondaryIndexes.*.projectionType", ["ALL", "KEYS_ONLY", "INCLUDE"]),
    matches("globalSecondaryIndexes.*.name", /^[\w.-]{3,255}$/),
    longest("globalSecondaryIndexes", 20),
    arnOf("serverSideEncryption.kmsKeyArn", "kms", "key/"),
    tableKeys
  ),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": nothing,
  "aws:ec2/securityGroup:SecurityGroup": all(
    matches("description", /^[\w .:/()#,@[\]+=&;{}!$*-]{0,255}$/),
    matches("name", /^(?!sg-)[\w .:/()#,@[\]+=&;{}!$*-]{1,255}$/)
  ),
  "aws:ec2/vpcEndpoint:VpcEndpoint": all(
    oneOf("vpcEndpointType", ["Gateway", "Interface"]),
    matches("serviceName", /^com\.amazonaws\.[a-z0-9-]+\.[a-z0-9.-]+$/),
    policy("policy", policyKinds.endpoint)
  ),
  "aws:iam/role:Role": all(
    policy("assumeRolePolicy", policyKinds.trust),
    matches("name", /^[\w+=,.@-]{1,64}$/),
    range("maxSessionDuration", 3600, 43_200),
    longest("description", 1000)
  ),
  "aws:iam/rolePolicy:RolePolicy": all(policy("policy", policyKinds.role), matches("name", /^[\w+=,.@-]{1,128}$/)),
  "aws:lambda/eventSourceMapping:EventSourceMapping": eventSourceMapping,
  "aws:lambda/function:Function": lambdaFunction,
  "aws:lambda/permission:Permission": all(
    matches("action", /^lambda:(?:InvokeFunction|InvokeFunctionUrl|GetFunction)$/),
    matches("principal", /^(?:[a-z0-9-]+\.amazonaws\.com|\d{12}|arn:aws[\w-]*:iam::.*)$/),
    matches("statementId", /^[\w-]{1,100}$/)
  ),
  "aws:s3/bucket:Bucket": matches("bucket", /^(?!xn--)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": lifecycle,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": oneOf("rule.objectOwnership", [
    ...["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"]
  ]),
  "aws:s3/bucketPolicy:BucketPolicy": policy("policy", policyKinds.bucket),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": nothing,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": all(
    oneOf("rules.*.applyServerSideEncryptionByDefault.sseAlgorithm", ["AES256", "aws:kms", "aws:kms:dsse"]),
    arnOf("rules.*.applyServerSideEncryptionByDefault.kmsMasterKeyId", "kms", "key/")
  ),
  "aws:s3/bucketVersioning:BucketVersioning": oneOf("versioningConfiguration.status", [
    "Enabled",
    "Suspended",
    "Disabled"
  ]),
  "aws:secretsmanager/secret:Secret": all(matches("name", /^[\w/+=.@-]{1,512}$/), (inputs) =>
    inputs["recoveryWindowInDays"] === 0 ? [] : range("recoveryWindowInDays", 7, 30)(inputs)
  ),
  "aws:secretsmanager/secretPolicy:SecretPolicy": all(
    arnOf("secretArn", "secretsmanager", "secret:"),
    policy("policy", policyKinds.secret)
  ),
  "aws:secretsmanager/secretVersion:SecretVersion": longest("secretString", 65_536),
  "aws:sns/topic:Topic": all(matches("name", /^[\w-]{1,256}(?:\.fifo)?$/), longest("displayName", 100)),
  "aws:sns/topicPolicy:TopicPolicy": all(arnOf("arn", "sns"), policy("policy", policyKinds.topic)),
  "aws:sns/topicSubscription:TopicSubscription": subscription,
  "aws:sqs/queue:Queue": all(queue, fifoQueue),
  "aws:sqs/queuePolicy:QueuePolicy": all(queueUrl("queueUrl"), policy("policy", policyKinds.queue)),
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": all(queueUrl("queueUrl"), redriveAllowPolicy),
  "aws:sqs/redrivePolicy:RedrivePolicy": all(queueUrl("queueUrl"), redrivePolicy),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": nothing,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": nothing
}
