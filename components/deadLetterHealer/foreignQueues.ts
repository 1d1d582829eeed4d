/** The queues and the function that the healer works with and does not own. */
import * as pulumi from "@pulumi/pulumi"
import { maximumMessageSizeBytes } from "../resilientQueue/defaults.ts"
import type { Destination, QueueAddress } from "../resilientQueue/healer.ts"
import { integerIn } from "../validation.ts"
import type { DeadLetterHealerArgs } from "./args.ts"
import { checkedFunctionArn, checkedQueueArn, queueUrlOf } from "./foreignArn.ts"

/** A dead-letter queue of somebody else's, and where its healed messages go. */
export interface ForeignQueues {
  readonly deadLetter: { readonly arn: pulumi.Output<string>; readonly url: pulumi.Output<string> }
  readonly destination: Destination
}

/**
 * Checks what was given, and fills in the URLs.
 *
 * @throws `pulumi.RunError`: one sentence that names the argument.
 */
export const foreignQueues = (subject: string, args: DeadLetterHealerArgs): ForeignQueues => {
  const fifo = args.fifo === true
  const { redriveTo } = args
  const given = ["queueArn", "functionArn"].filter((name) => Object.hasOwn(redriveTo, name))
  // The compiler refuses neither; a program in JavaScript gets the sentence as well.
  if (given.length !== 1) {
    throw new pulumi.RunError(
      `${subject}: redriveTo has ${given.length === 0 ? "neither" : "both"} queueArn ${given.length === 0 ? "nor" : "and"} functionArn; give one of them.`
    )
  }
  return {
    deadLetter: addressOf(subject, "deadLetterQueueArn", args.deadLetterQueueArn, args.deadLetterQueueUrl, fifo),
    destination:
      "queueArn" in redriveTo
        ? { queue: addressOf(subject, "redriveTo.queueArn", redriveTo.queueArn, redriveTo.queueUrl, fifo) }
        : { functionArn: destinationFunction(subject, redriveTo.functionArn, fifo) }
  }
}

/** What queues take that were made before SQS's limit was raised, or by the AWS provider without another size. */
const defaultMaxMessageSizeBytes = 262_144

/** The largest message that the queues take; checked at once if it is known. */
export const maxMessageSizeBytesOf = (
  subject: string,
  given: pulumi.Input<number> | undefined
): pulumi.Output<number> => {
  const check = (value: number) =>
    integerIn(subject, "maxMessageSizeBytes", value, { minimum: 1024, maximum: maximumMessageSizeBytes })
  if (given === undefined) return pulumi.output(defaultMaxMessageSizeBytes)
  return typeof given === "number" ? pulumi.output(check(given)) : pulumi.output(given).apply(check)
}

const addressOf = (
  subject: string,
  argument: string,
  given: pulumi.Input<string>,
  url: pulumi.Input<string> | undefined,
  fifo: boolean
): QueueAddress & ForeignQueues["deadLetter"] => {
  const arn = checkedQueueArn(subject, argument, given, fifo)
  return { arn, url: url === undefined ? arn.apply(queueUrlOf) : pulumi.output(url) }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
const destinationFunction = (subject: string, given: pulumi.Input<string>, fifo: boolean): pulumi.Output<string> => {
  if (fifo) {
    throw new pulumi.RunError(
      `${subject}: redriveTo.functionArn cannot go with fifo: true; Lambda's failed events go to standard queues only.`
    )
  }
  return checkedFunctionArn(subject, "redriveTo.functionArn", given)
}
