/** The Pulumi resource type `aws:lambda/eventSourceMapping:EventSourceMapping`. */
import { randomUUID } from "node:crypto"
import { type Account, arnOf } from "../../Account.ts"
import type { Clock } from "../../EmbeddedService.ts"
import type { Iam } from "../../iam/Iam.ts"
import type { ResourceProviders } from "../../pulumi/ResourceProvider.ts"
import type { SqsService } from "../../sqs/SqsService.ts"
import { payloadLimitBytes } from "../ExecutionEnvironment.ts"
import type { LambdaFunction } from "../LambdaFunction.ts"
import { checkMapping, mappingConfiguration, mayUseQueue } from "./MappingConfiguration.ts"
import { type Mapping, startMapping } from "./startMapping.ts"

/** What the resource type needs of Lambda. */
export interface MappingResourceOptions {
  readonly account: Account
  readonly clock: Clock
  readonly iam: Iam
  readonly sqs: SqsService
  /** By name or ARN; throws when there is none. */
  readonly find: (nameOrArn: string) => LambdaFunction
  readonly mappings: Map<string, Mapping>
  readonly maximumEnvironments: number
  /** Whether mappings poll by themselves. */
  readonly polling: boolean
}

/** Event source mappings. */
export const mappingResource = (options: MappingResourceOptions): ResourceProviders => {
  const { account, clock, iam, sqs, mappings } = options
  /** Mapping id by queue and function. */
  const existing = new Map<string, string>()

  return {
    "aws:lambda/eventSourceMapping:EventSourceMapping": async (request) => {
      const configuration = mappingConfiguration(request)
      const { queueArn } = configuration
      const target = options.find(configuration.functionName)
      const { functionArn, timeoutSeconds } = target.configuration
      const principal = target.principal()
      checkMapping(configuration, { timeoutSeconds, principal }, { iam, sqs })
      const key = `${queueArn} ${functionArn}`
      const other = existing.get(key)
      if (other !== undefined) {
        throw new Error(
          `ResourceConflictException: An event source mapping with SQS arn (" ${queueArn} ") and function (" ${target.configuration.functionName} ") already exists. Please update or delete the existing mapping with UUID ${other}`
        )
      }
      const uuid = randomUUID()
      existing.set(key, uuid)
      mappings.set(
        uuid,
        startMapping({
          configuration,
          polling: options.polling,
          clock,
          sqs,
          payloadLimitBytes,
          maximumConcurrency: Math.min(configuration.maximumConcurrency ?? 1000, options.maximumEnvironments),
          invoke: (event) =>
            target.invoke(
              event,
              undefined,
              event.Records.flatMap(({ attributes }) => attributes["AWSTraceHeader"] ?? [])
            ),
          allowed: (action) => mayUseQueue(iam, sqs, principal, queueArn, action)
        })
      )
      return {
        id: uuid,
        state: {
          ...request.inputs,
          uuid,
          arn: arnOf(account, "lambda", `event-source-mapping:${uuid}`),
          functionArn,
          enabled: configuration.enabled,
          batchSize: configuration.batchSize,
          maximumBatchingWindowInSeconds: configuration.windowSeconds,
          state: configuration.enabled ? "Enabled" : "Disabled",
          stateTransitionReason: "USER_INITIATED",
          lastModified: new Date(clock.now()).toISOString(),
          lastProcessingResult: ""
        }
      }
    }
  }
}
