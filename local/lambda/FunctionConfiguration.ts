/** A function's configuration, from the inputs of `aws:lambda/function:Function`. */
import { Schema } from "effect"
import { type Account, arnOf } from "../Account.ts"
import { decodeInputs, inputsSchema, tags } from "../pulumi/decodeInputs.ts"
import { noNetworks } from "../pulumi/networks.ts"
import { autoName, type CreateRequest } from "../pulumi/ResourceProvider.ts"

/** What the embedded AWS knows of a function. */
export interface FunctionConfiguration {
  readonly functionName: string
  readonly functionArn: string
  /** e.g. `nodejs24.x`. Whatever the version, functions run on the Node.js that runs the embedded AWS. */
  readonly runtime: string
  /** e.g. `index.handler`. */
  readonly handler: string
  readonly roleArn: string
  /** 1 – 900. */
  readonly timeoutSeconds: number
  /** 128 – 10,240. */
  readonly memoryMegabytes: number
  readonly environment: Readonly<Record<string, string>>
  readonly logFormat: "Text" | "JSON"
  readonly applicationLogLevel: string
  readonly systemLogLevel: string
  readonly logGroup: string
  /** Whether invocations get a sampled X-Ray trace id. */
  readonly tracing: boolean
  readonly architectures: ReadonlyArray<string>
  /** How many invocations may run at once; more are throttled. `undefined`: no limit of its own. */
  readonly reservedConcurrency: number | undefined
  /** The deployment archive: file name → content. */
  readonly files: Readonly<Record<string, Buffer>>
}

const LogLevels = Schema.Literals(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"])

const Inputs = inputsSchema({
  name: Schema.optional(Schema.String.check(Schema.isPattern(/^[a-zA-Z0-9-_]{1,64}$/))),
  code: Schema.Struct({ files: Schema.Record(Schema.String, Schema.instanceOf(Buffer)) }),
  handler: Schema.String,
  runtime: Schema.String,
  role: Schema.String,
  description: Schema.optional(Schema.String),
  timeout: Schema.optional(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 900 }))),
  memorySize: Schema.optional(Schema.Int.check(Schema.isBetween({ minimum: 128, maximum: 10_240 }))),
  architectures: Schema.optional(Schema.Array(Schema.Literals(["arm64", "x86_64"]))),
  environment: Schema.optional(
    Schema.Struct({ variables: Schema.optional(Schema.Record(Schema.String, Schema.String)) })
  ),
  loggingConfig: Schema.optional(
    Schema.Struct({
      logFormat: Schema.Literals(["Text", "JSON"]),
      logGroup: Schema.optional(Schema.String),
      applicationLogLevel: Schema.optional(LogLevels),
      systemLogLevel: Schema.optional(Schema.Literals(["DEBUG", "INFO", "WARN"]))
    })
  ),
  tracingConfig: Schema.optional(Schema.Struct({ mode: Schema.Literals(["Active", "PassThrough"]) })),
  reservedConcurrentExecutions: Schema.optional(Schema.Int.check(Schema.isGreaterThanOrEqualTo(-1))),
  ephemeralStorage: Schema.optional(Schema.Struct({ size: Schema.Number })),
  packageType: Schema.optional(Schema.Literal("Zip")),
  publish: Schema.optional(Schema.Literal(false)),
  sourceCodeHash: Schema.optional(Schema.String),
  skipDestroy: Schema.optional(Schema.Boolean),
  tags,
  tagsAll: tags
})

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const isReserved = (key: string) =>
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_DEFAULT_REGION|AWS_REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_.*|AWS_ACCESS_KEY(_ID)?|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR)$/.test(
    key
  )

const checkEnvironment = (environment: Readonly<Record<string, string>>): void => {
  const sentence =
    "Lambda was unable to configure your environment variables because the environment variables you have provided"
  const reserved = Object.keys(environment).filter(isReserved)
  if (reserved.length > 0) {
    throw new Error(
      `InvalidParameterValueException: ${sentence} contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(", ")}`
    )
  }
  if (Buffer.byteLength(JSON.stringify(environment)) > 4096) {
    throw new Error(
      `InvalidParameterValueException: ${sentence} exceeded the 4KB limit. String measured: ${JSON.stringify(environment).length}`
    )
  }
}

/**
 * Reads a function's inputs, with Lambda's own defaults.
 * Throws one sentence for a property that is unknown or out of range, and for a runtime that is not Node.js.
 */
export const functionConfiguration = (account: Account, request: CreateRequest): FunctionConfiguration => {
  if (request.inputs["vpcConfig"] !== undefined) {
    throw new Error(`${request.type} "${request.name}": property "vpcConfig": ${noNetworks}`)
  }
  const inputs = decodeInputs(request, Inputs)
  if (!inputs.runtime.startsWith("nodejs")) {
    throw new Error(
      `${request.type} "${request.name}": property "runtime": the embedded AWS runs Node.js functions only, not "${inputs.runtime}".`
    )
  }
  const functionName = inputs.name ?? autoName(request)
  const environment = inputs.environment?.variables ?? {}
  checkEnvironment(environment)
  const reserved = inputs.reservedConcurrentExecutions ?? -1
  return {
    functionName,
    functionArn: arnOf(account, "lambda", `function:${functionName}`),
    runtime: inputs.runtime,
    handler: inputs.handler,
    roleArn: inputs.role,
    timeoutSeconds: inputs.timeout ?? 3,
    memoryMegabytes: inputs.memorySize ?? 128,
    environment,
    logFormat: inputs.loggingConfig?.logFormat ?? "Text",
    applicationLogLevel: inputs.loggingConfig?.applicationLogLevel ?? "INFO",
    systemLogLevel: inputs.loggingConfig?.systemLogLevel ?? "INFO",
    logGroup: inputs.loggingConfig?.logGroup ?? `/aws/lambda/${functionName}`,
    tracing: inputs.tracingConfig?.mode === "Active",
    architectures: inputs.architectures ?? ["x86_64"],
    reservedConcurrency: reserved < 0 ? undefined : reserved,
    files: inputs.code.files
  }
}
