/** What Lambda asks of functions and event source mappings. */
import { arnOf } from "./arnGrammar.ts"
import { all, type Check, longest, matches, members, oneOf, range, valuesAt } from "./checks.ts"
import { enumValues } from "./providerSchema.ts"

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

/** A function. */
export const lambdaFunction: Check = all(
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

/** https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html */
export const functionEventInvokeConfig: Check = all(
  matches("functionName", /^(?:arn:aws[\w-]*:lambda:.*|[\w-]{1,64})$/),
  range("maximumRetryAttempts", 0, 2),
  range("maximumEventAgeInSeconds", 60, 21_600),
  matches("destinationConfig.*.destination", /^arn:aws[\w-]*:(?:sqs|sns|lambda|events|s3):/),
  // Lambda takes standard queues and topics only.
  (inputs) =>
    valuesAt(inputs, "destinationConfig.*.destination").flatMap(([path, arn]) =>
      String(arn).endsWith(".fifo") ? [`${path}: no FIFO queue or topic`] : []
    )
)

/** https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionRecursionConfig.html */
export const functionRecursionConfig: Check = all(
  matches("functionName", /^(?:arn:aws[\w-]*:lambda:.*|[\w-]{1,64})$/),
  oneOf("recursiveLoop", ["Allow", "Terminate"])
)

/** What hands a queue's messages to a function. */
export const eventSourceMapping: Check = all(
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
