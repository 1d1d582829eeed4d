/** What consumer and healer have in common: the environment that describes their queue, and what queues ask of their roles. */
import type { Table } from "@pulumi/aws/dynamodb/table.js"
import type * as pulumi from "@pulumi/pulumi"
import { encodeBreakerPolicy } from "../../handlers/recovery/breakerPolicyCodec.ts"
import type { Permission } from "../function/permission.ts"
import type { HealingArgs } from "./args.ts"
import type { Context } from "./context.ts"
import { recoveryPolicyText } from "./recovery.ts"
import { redactionEnvironment } from "./redaction.ts"

/** The arguments of a component that its functions read. */
export interface FunctionArguments extends Pick<HealingArgs, "breaker" | "recovery" | "redact"> {
  readonly fifo?: boolean
}

/** What its functions work with. */
export interface FunctionResources {
  /** What the functions' metrics go by. */
  readonly queueName: pulumi.Input<string>
  readonly deadLetterQueueUrl: pulumi.Input<string>
  readonly failuresTable: Table
}

/** The variables that both functions read. */
export const functionEnvironment = (
  context: Context,
  args: FunctionArguments,
  resources: FunctionResources
): Readonly<Record<string, pulumi.Input<string>>> => ({
  QUEUE_NAME: resources.queueName,
  DLQ_URL: resources.deadLetterQueueUrl,
  FAILED_TABLE: resources.failuresTable.name,
  RECOVERY_POLICY: recoveryPolicyText(args.recovery),
  BREAKER_POLICY: encodeBreakerPolicy(args.breaker ?? {}),
  ...redactionEnvironment(args),
  FIFO: String(args.fifo === true),
  LOG_LEVEL: context.settings.logLevel
})

/** Receive, acknowledge, and hold or back off: what a function on a queue does to it. */
export const receivePermission = (queueArn: pulumi.Input<string>): Permission => ({
  actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"],
  resources: [queueArn]
})

/** Read and write in the failure ledger, item by item. */
export const ledgerPermission = (failuresTable: Table): Permission => ({
  actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
  resources: [failuresTable.arn]
})

/**
 * What a customer managed key needs of whoever writes to what is encrypted with it, and reads it.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
export const keyPermissions = (kmsKeyArn: pulumi.Input<string> | undefined): readonly Permission[] =>
  kmsKeyArn === undefined ? [] : [{ actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [kmsKeyArn] }]

/** What it needs of whoever only reads. */
export const decryptPermissions = (kmsKeyArn: pulumi.Input<string> | undefined): readonly Permission[] =>
  kmsKeyArn === undefined ? [] : [{ actions: ["kms:Decrypt"], resources: [kmsKeyArn] }]
