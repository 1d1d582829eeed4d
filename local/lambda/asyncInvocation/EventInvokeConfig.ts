/** How a function's asynchronous invocations are dealt with: the Pulumi resource type `aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig`. */
import { Schema } from "effect"
import type { Iam } from "../../iam/Iam.ts"
import { decodeInputs, inputsSchema } from "../../pulumi/decodeInputs.ts"
import type { ResourceProviders } from "../../pulumi/ResourceProvider.ts"
import type { SqsService } from "../../sqs/SqsService.ts"
import type { LambdaFunction } from "../LambdaFunction.ts"
import { maySend } from "./deliverRecord.ts"

/**
 * What is set for a function.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export interface EventInvokeConfig {
  /** 0–2. */
  readonly maximumRetryAttempts: number
  /** 60–21,600. */
  readonly maximumEventAgeInSeconds: number
  /** The queue for events that failed for good, by ARN. */
  readonly onFailure: string | undefined
  /** The queue for events that succeeded, by ARN. */
  readonly onSuccess: string | undefined
}

/** What Lambda does where nothing is set. */
export const defaultEventInvokeConfig: EventInvokeConfig = {
  maximumRetryAttempts: 2,
  maximumEventAgeInSeconds: 21_600,
  onFailure: undefined,
  onSuccess: undefined
}

const Destination = Schema.optional(Schema.Struct({ destination: Schema.String }))

const Inputs = inputsSchema({
  functionName: Schema.String,
  qualifier: Schema.optional(Schema.Literal("$LATEST")),
  maximumRetryAttempts: Schema.optional(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 2 }))),
  maximumEventAgeInSeconds: Schema.optional(Schema.Int.check(Schema.isBetween({ minimum: 60, maximum: 21_600 }))),
  destinationConfig: Schema.optional(Schema.Struct({ onFailure: Destination, onSuccess: Destination }))
})

/** What the resource type needs of Lambda. */
export interface EventInvokeConfigOptions {
  readonly iam: Pick<Iam, "decide">
  readonly sqs: Pick<SqsService, "attributes" | "queueArns">
  /** By name or ARN; throws when there is none. */
  readonly find: (nameOrArn: string) => LambdaFunction
  /** By the function's ARN. */
  readonly configs: Map<string, EventInvokeConfig>
}

/** Configurations of asynchronous invocation. Destinations are queues; the function's role has to be allowed to send to them. */
export const eventInvokeConfigResource = (options: EventInvokeConfigOptions): ResourceProviders => ({
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": async (request) => {
    const inputs = decodeInputs(request, Inputs)
    const target = options.find(inputs.functionName)
    const { functionArn } = target.configuration
    for (const [name, given] of Object.entries(inputs.destinationConfig ?? {})) {
      const destination = typeof given === "object" ? given.destination : undefined
      if (destination === undefined) continue
      if (!options.sqs.queueArns().includes(destination)) {
        throw new Error(
          `${request.type} "${request.name}": property "destinationConfig.${name}": the embedded AWS sends to queues that exist, and ${destination} is none.`
        )
      }
      const { allowed } = maySend(options, target.principal(), destination)
      if (!allowed) {
        throw new Error(
          `InvalidParameterValueException: The function's execution role does not have permissions to call SendMessage on ${destination}`
        )
      }
    }
    options.configs.set(functionArn, {
      maximumRetryAttempts: inputs.maximumRetryAttempts ?? defaultEventInvokeConfig.maximumRetryAttempts,
      maximumEventAgeInSeconds: inputs.maximumEventAgeInSeconds ?? defaultEventInvokeConfig.maximumEventAgeInSeconds,
      onFailure: inputs.destinationConfig?.onFailure?.destination,
      onSuccess: inputs.destinationConfig?.onSuccess?.destination
    })
    return { id: inputs.functionName, state: { maximumRetryAttempts: 2, ...request.inputs } }
  }
})
