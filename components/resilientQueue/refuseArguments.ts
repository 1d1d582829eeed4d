/** Arguments of `ResilientQueue` that cannot work, whatever the numbers are. */
import * as pulumi from "@pulumi/pulumi"
import { refuseWildcardAction } from "../function/permission.ts"
import { refuseNetwork, refuseUnreachable } from "../network/refuseNetwork.ts"
import { refuseWebhooks } from "../notifier/refuseWebhooks.ts"
import { refuseAlertTopics } from "./alertTopic.ts"
import type { ResilientQueueArgs } from "./args.ts"
import { refuseProducers } from "./producers.ts"
import { refuseRedaction } from "./redaction.ts"
import { refuseAlarms } from "./refuseAlarms.ts"

/** The names in a consumer's environment that the component sets. */
export const consumerEnvironmentNames = [
  "QUEUE_NAME",
  "MAIN_QUEUE_URL",
  "DLQ_URL",
  "FAILED_TABLE",
  "MAX_RECEIVE_COUNT",
  "RECOVERY_POLICY",
  "BREAKER_POLICY",
  "REDACT_PATHS",
  "FIFO",
  "LOG_LEVEL"
] as const

/**
 * Refuses them before anything is made.
 *
 * @throws `pulumi.RunError`: one sentence that names the argument.
 */
export const refuseArguments = (subject: string, args: ResilientQueueArgs): void => {
  refuseMixedKinds(subject, args)
  refuseReservedNames(subject, args)
  refuseProducers(subject, args.producers ?? [], args.fifo === true)
  refuseRedaction(subject, args)
  refuseAlarms(subject, args.alarms)
  refuseAlertTopics(subject, args)
  refuseWildcardAction(`${subject}: consumer.permissions`, args.consumer.permissions ?? [])
  refuseNetwork(subject, args.network)
  refuseWebhooks(subject, args.alerts?.webhooks, args.network)
  refuseUnreachable(subject, args.network, [...(args.consumer.permissions ?? []), ...(args.networkPermissions ?? [])])
}

const refuseReservedNames = (subject: string, args: ResilientQueueArgs): void => {
  const given = Object.keys(args.consumer.environment ?? {})
  const reserved = consumerEnvironmentNames.find((candidate) => given.includes(candidate))
  if (reserved !== undefined) {
    throw new pulumi.RunError(
      `${subject}: consumer.environment sets ${reserved}; the component sets that itself, choose another name.`
    )
  }
}

const fifoOnly = ["contentBasedDeduplication", "deduplicationScope", "fifoThroughputLimit"]

/** The compiler refuses these too; a program in JavaScript gets the sentence. */
const refuseMixedKinds = (subject: string, args: ResilientQueueArgs): void => {
  const given = Object.entries(args).flatMap(([argument, value]) => (value === undefined ? [] : [argument]))
  if (args.fifo === true) {
    if (given.includes("delaySeconds")) {
      throw new pulumi.RunError(
        `${subject}: delaySeconds cannot go with fifo: true; healed FIFO messages keep their order.`
      )
    }
    if (Object.hasOwn(args.consumer, "maximumBatchingWindowSeconds")) {
      throw new pulumi.RunError(
        `${subject}: consumer.maximumBatchingWindowSeconds cannot go with fifo: true; Lambda has no batching window for FIFO queues.`
      )
    }
    return
  }
  const argument = given.find((candidate) => fifoOnly.includes(candidate))
  if (argument !== undefined) {
    throw new pulumi.RunError(`${subject}: ${argument} needs fifo: true; give both or neither.`)
  }
}
