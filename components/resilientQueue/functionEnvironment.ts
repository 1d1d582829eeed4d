/** What consumer and healer have in common: the environment that describes their queue, and the queue's key. */
import type * as pulumi from "@pulumi/pulumi"
import { encodeRecoveryPolicy } from "../../handlers/recovery/recoveryPolicyCodec.ts"
import type { Permission } from "../function/permission.ts"
import type { ResilientQueueArgs } from "./args.ts"
import type { ConsumerResources } from "./consumer.ts"
import type { Context } from "./context.ts"

/** The variables that both functions read. */
export const functionEnvironment = (
  context: Context,
  args: ResilientQueueArgs,
  { queues, failuresTable }: ConsumerResources
): Readonly<Record<string, pulumi.Input<string>>> => ({
  QUEUE_NAME: queues.main.name,
  MAIN_QUEUE_URL: queues.main.url,
  DLQ_URL: queues.deadLetter.url,
  FAILED_TABLE: failuresTable.name,
  RECOVERY_POLICY: encodeRecoveryPolicy<string>(args.recovery ?? { rules: {} }),
  FIFO: String(args.fifo === true),
  LOG_LEVEL: context.settings.logLevel
})

/**
 * What a customer managed key needs of whoever sends to and receives from a queue encrypted with it.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 */
export const keyPermissions = (kmsKeyArn: pulumi.Input<string> | undefined): readonly Permission[] =>
  kmsKeyArn === undefined ? [] : [{ actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [kmsKeyArn] }]
