/** The Pulumi resource types `aws:lambda/function:Function` and `aws:lambda/permission:Permission`. */
import { createHash } from "node:crypto"
import { Schema } from "effect"
import type { Account } from "../Account.ts"
import { decodeInputs, inputsSchema } from "../pulumi/decodeInputs.ts"
import { autoName, type ResourceProviders } from "../pulumi/ResourceProvider.ts"
import { type FunctionConfiguration, functionConfiguration } from "./FunctionConfiguration.ts"
import type { LambdaFunction } from "./LambdaFunction.ts"

/** What the resource types need of Lambda. */
export interface FunctionResourcesOptions {
  readonly account: Account
  readonly now: () => number
  readonly create: (configuration: FunctionConfiguration) => Promise<LambdaFunction>
  /** By name or ARN; throws when there is none. */
  readonly find: (nameOrArn: string) => LambdaFunction
}

const PermissionInputs = inputsSchema({
  action: Schema.String,
  function: Schema.String,
  principal: Schema.String,
  sourceArn: Schema.optional(Schema.String),
  sourceAccount: Schema.optional(Schema.String),
  statementId: Schema.optional(Schema.String.check(Schema.isPattern(/^[a-zA-Z0-9-_]{1,100}$/))),
  statementIdPrefix: Schema.optional(Schema.String)
})

const principalOf = (principal: string) =>
  principal === "*"
    ? ("*" as const)
    : principal.endsWith(".amazonaws.com")
      ? { Service: principal }
      : { AWS: /^\d{12}$/.test(principal) ? `arn:aws:iam::${principal}:root` : principal }

const invokeArn = ({ region }: Account, functionArn: string): string =>
  `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`

/** Functions and permissions. */
export const functionResources = (options: FunctionResourcesOptions): ResourceProviders => ({
  "aws:lambda/function:Function": async (request) => {
    const configuration = functionConfiguration(options.account, request)
    const { codeSha256 } = await options.create(configuration)
    const { functionArn, functionName } = configuration
    const qualifiedArn = `${functionArn}:$LATEST`
    return {
      id: functionName,
      state: {
        ...request.inputs,
        name: functionName,
        arn: functionArn,
        invokeArn: invokeArn(options.account, functionArn),
        responseStreamingInvokeArn: invokeArn(options.account, functionArn).replace("2015-03-31", "2021-11-15"),
        qualifiedArn,
        qualifiedInvokeArn: invokeArn(options.account, qualifiedArn),
        version: "$LATEST",
        timeout: configuration.timeoutSeconds,
        memorySize: configuration.memoryMegabytes,
        architectures: configuration.architectures,
        packageType: "Zip",
        reservedConcurrentExecutions: configuration.reservedConcurrency ?? -1,
        loggingConfig: {
          ...(configuration.logFormat === "JSON"
            ? { applicationLogLevel: configuration.applicationLogLevel, systemLogLevel: configuration.systemLogLevel }
            : {}),
          logFormat: configuration.logFormat,
          logGroup: configuration.logGroup
        },
        codeSha256,
        sourceCodeHash: codeSha256,
        sourceCodeSize: Object.values(configuration.files).reduce((size, content) => size + content.length, 0),
        lastModified: new Date(options.now()).toISOString().replace("Z", "+0000")
      }
    }
  },

  "aws:lambda/permission:Permission": async (request) => {
    const inputs = decodeInputs(request, PermissionInputs)
    const target = options.find(inputs.function)
    const suffix = createHash("sha256").update(request.urn).digest("hex").slice(0, 26)
    const statementId =
      inputs.statementId ??
      (inputs.statementIdPrefix === undefined ? autoName(request) : `${inputs.statementIdPrefix}${suffix}`)
    if (target.permissions.has(statementId)) {
      throw new Error(
        `ResourceConflictException: The statement id (${statementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`
      )
    }
    const { sourceArn, sourceAccount } = inputs
    const conditions = {
      ...(sourceArn === undefined ? {} : { ArnLike: { "aws:SourceArn": sourceArn } }),
      ...(sourceAccount === undefined ? {} : { StringEquals: { "aws:SourceAccount": sourceAccount } })
    }
    target.permissions.set(statementId, {
      Sid: statementId,
      Effect: "Allow",
      Principal: principalOf(inputs.principal),
      Action: inputs.action,
      Resource: target.configuration.functionArn,
      ...(Object.keys(conditions).length === 0 ? {} : { Condition: conditions })
    })
    return { id: statementId, state: { ...request.inputs, statementId } }
  }
})
