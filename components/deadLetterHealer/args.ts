/** The arguments of `DeadLetterHealer`. */
import type * as pulumi from "@pulumi/pulumi"
import type { Permission } from "../function/permission.ts"
import type { HealingAlarmArgs, HealingArgs } from "../resilientQueue/args.ts"
import type { HealingTransform } from "../resilientQueue/transform.ts"

/** Healed messages go into a queue: that of a redrive policy, or the one behind a subscription or a rule. */
export interface QueueDestination {
  /** The queue that healed messages go to. Give this or `functionArn`. */
  readonly queueArn: pulumi.Input<string>
  /** Its URL, where it is not the one that follows from the ARN. @default derived from `queueArn` */
  readonly queueUrl?: pulumi.Input<string>
}

/** Healed events go to a function, invoked asynchronously with the payload that it failed with. */
export interface FunctionDestination {
  /** The function that healed events go to, with its version or alias if it is invoked by one. Give this or `queueArn`. */
  readonly functionArn: pulumi.Input<string>
}

/** The arguments of `DeadLetterHealer`. */
export interface DeadLetterHealerArgs extends HealingArgs {
  /**
   * The dead-letter queue to heal: of an SQS redrive policy, an SNS subscription or an EventBridge rule, or a Lambda
   * function's dead-letter queue or on-failure destination. Nothing of it is changed. Nobody else should read it.
   * @example "arn:aws:sqs:eu-west-1:123456789012:orders-dead"
   */
  readonly deadLetterQueueArn: pulumi.Input<string>
  /** Its URL, where it is not the one that follows from the ARN. @default derived from `deadLetterQueueArn` */
  readonly deadLetterQueueUrl?: pulumi.Input<string>
  /** Where healed messages go. */
  readonly redriveTo: QueueDestination | FunctionDestination
  /**
   * Nobody confirms that a healed message has succeeded: one that has not failed again for this time, in seconds, is
   * presumed to have recovered. Range: 60–1,209,600. @default 3600
   */
  readonly quietSeconds?: pulumi.Input<number>
  /** Whether that is looked at every 15 minutes, or only while dead letters arrive. @default true */
  readonly settleOnSchedule?: boolean
  /**
   * Whether the dead-letter queue, and the queue that healed messages go to, are FIFO queues. Changing it replaces the
   * parking queue. @default false
   */
  readonly fifo?: boolean
  /**
   * The largest message that these queues take, in bytes: the smaller `MaximumMessageSize` of both. What has no room for its
   * evidence beside itself has it in the ledger. Range: 1,024–1,048,576.
   * @default 262144, which fits queues that take more as well
   */
  readonly maxMessageSizeBytes?: pulumi.Input<number>
  /**
   * The customer managed KMS key of these queues, by its own ARN (an alias's is refused); parking queue, ledger, archive, alert topic and log are encrypted with it
   * as well. Its key policy has to admit the healer's role. @default none: each service's own encryption
   */
  readonly kmsKeyArn?: pulumi.Input<string>
  /** What the healer's role may do besides, e.g. use a second key: exact actions on exact ARNs. @default [] */
  readonly permissions?: readonly Permission[]
  /** The alarms: their limits, and each by itself. @default {} */
  readonly alarms?: HealingAlarmArgs
  /** The way out: changes the arguments of single children. @default {} */
  readonly transform?: HealingTransform
}
