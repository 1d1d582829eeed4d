/** What each service asks of the inputs of its resources beside their types. Each type that a program of ours uses is here. */
import { metricAlarm } from "./alarmGrammar.ts"
import { arnOf } from "./arnGrammar.ts"
import { all, type Check, each, exactlyOne, json, longest, matches, nothing, oneOf, range, valuesAt } from "./checks.ts"
import { distribution, headersPolicy } from "./cloudFrontLimits.ts"
import { dashboardProblems } from "./dashboardGrammar.ts"
import { eventPatternProblems, filterPolicyProblems, scheduleProblems } from "./eventGrammar.ts"
import {
  eventSourceMapping,
  functionEventInvokeConfig,
  functionRecursionConfig,
  lambdaFunction
} from "./functionLimits.ts"
import { policy, policyKinds } from "./policyGrammar.ts"
import { queue, queueUrl, redriveAllowPolicy, redrivePolicy, subscriptionRedrive } from "./queueLimits.ts"

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

const subscription: Check = all(
  arnOf("topic", "sns"),
  oneOf("protocol", ["sqs", "email", "email-json", "lambda", "https", "http", "sms", "firehose"]),
  (inputs) => (inputs["protocol"] === "sqs" ? arnOf("endpoint", "sqs")(inputs) : []),
  (inputs) => (inputs["protocol"] === "lambda" ? arnOf("endpoint", "lambda", "function:")(inputs) : []),
  (inputs) =>
    inputs["protocol"] === "lambda" &&
    (inputs["rawMessageDelivery"] === true || String(inputs["topic"]).endsWith(".fifo"))
      ? ["protocol: functions get no raw messages, and none of a FIFO topic"]
      : [],
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
  "aws:cloudfront/distribution:Distribution": distribution,
  "aws:cloudfront/originAccessControl:OriginAccessControl": all(
    matches("name", /^[^\s].{0,63}$/),
    longest("description", 256),
    oneOf("originAccessControlOriginType", ["s3", "lambda", "mediastore", "mediapackagev2"]),
    oneOf("signingBehavior", ["always", "never", "no-override"]),
    oneOf("signingProtocol", ["sigv4"])
  ),
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": headersPolicy,
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
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": functionEventInvokeConfig,
  "aws:lambda/functionRecursionConfig:FunctionRecursionConfig": functionRecursionConfig,
  "aws:lambda/permission:Permission": all(
    matches("action", /^lambda:(?:InvokeFunction|InvokeFunctionUrl|GetFunction)$/),
    matches("principal", /^(?:[a-z0-9-]+\.amazonaws\.com|\d{12}|arn:aws[\w-]*:iam::.*)$/),
    matches("statementId", /^[\w-]{1,100}$/)
  ),
  "aws:s3/bucket:Bucket": matches("bucket", /^(?!xn--)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": lifecycle,
  "aws:s3/bucketObjectv2:BucketObjectv2": all(
    exactlyOne("content", "contentBase64", "source"),
    matches("key", /^(?!\/)[\w!.*'()/-]{1,1024}$/),
    matches("contentType", /^[\w+.-]+\/[\w+.-]+(?:; charset=utf-8)?$/)
  ),
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
  "aws:sqs/queue:Queue": queue,
  "aws:sqs/queuePolicy:QueuePolicy": all(queueUrl("queueUrl"), policy("policy", policyKinds.queue)),
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": all(queueUrl("queueUrl"), redriveAllowPolicy),
  "aws:sqs/redrivePolicy:RedrivePolicy": all(queueUrl("queueUrl"), redrivePolicy),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": nothing,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": nothing
}
