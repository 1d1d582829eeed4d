/** A queue and a function of somebody else's, and a `DeadLetterHealer` on their dead-letter queue. */

import type { DeadLetterHealerArgs } from "../../../components/deadLetterHealer/args.ts"
import { DeadLetterHealer } from "../../../components/deadLetterHealer/DeadLetterHealer.ts"
import { type Deployment, deploy } from "../deployed.ts"

/** The ARN of something in the tests' account. */
export const arn = (service: string, name: string): string => `arn:aws:${service}:eu-west-1:123456789012:${name}`

export const deadLetterQueueArn = arn("sqs", "orders-dead")
export const queueArn = arn("sqs", "orders")
export const functionArn = arn("lambda", "function:thumbnails")

/** Healed messages go back to the queue. */
export const toQueue: DeadLetterHealerArgs = { deadLetterQueueArn, redriveTo: { queueArn } }

/** Healed events go back to the function. */
export const toFunction: DeadLetterHealerArgs = { deadLetterQueueArn, redriveTo: { functionArn } }

/** Runs a program that makes the healer and nothing else. */
export const adopted = (args: DeadLetterHealerArgs): Promise<Deployment<DeadLetterHealer>> =>
  deploy(() => new DeadLetterHealer("legacy", args))
