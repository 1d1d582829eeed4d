/** ARNs of queues and functions that belong to somebody else: checked, and read for names and URLs. */
import * as pulumi from "@pulumi/pulumi"
import { refusal } from "../validation.ts"

const queueArn = /^arn:(aws[\w-]*):sqs:([a-z\d-]+):(\d{12}):([\w-]{1,80}|[\w-]{1,75}\.fifo)$/

const functionArn = /^arn:aws[\w-]*:lambda:[a-z\d-]+:\d{12}:function:[\w-]{1,64}(?::(?:\$LATEST|[\w-]{1,128}))?$/

/**
 * Where each partition's services are, if not at `amazonaws.com`.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/sqs-service.html
 */
const dnsSuffixes: Readonly<Record<string, string>> = {
  "aws-cn": "amazonaws.com.cn",
  "aws-eusc": "amazonaws.eu",
  "aws-iso": "c2s.ic.gov",
  "aws-iso-b": "sc2s.sgov.gov"
}

/**
 * The ARN, if it is a queue's and the queue is of the kind. A plain value is checked at once, an Output once it is known.
 *
 * @throws `pulumi.RunError`: one sentence that names the argument.
 */
export const checkedQueueArn = (
  subject: string,
  argument: string,
  arn: pulumi.Input<string>,
  fifo: boolean
): pulumi.Output<string> =>
  whenKnown(arn, (known) => {
    if (!queueArn.test(known)) {
      throw refusal(subject, argument, known, "the ARN of an SQS queue (arn:aws:sqs:REGION:ACCOUNT:NAME)")
    }
    if (known.endsWith(".fifo") !== fifo) {
      const kind = fifo
        ? "a FIFO queue's (.fifo at its end) where fifo is true"
        : "a standard queue's where fifo is false"
      throw refusal(subject, argument, known, kind)
    }
    return known
  })

/** The same for the ARN of a function. */
export const checkedFunctionArn = (
  subject: string,
  argument: string,
  arn: pulumi.Input<string>
): pulumi.Output<string> =>
  whenKnown(arn, (known) => {
    if (functionArn.test(known)) return known
    const shape = "arn:aws:lambda:REGION:ACCOUNT:function:NAME, or with :VERSION or :ALIAS"
    throw refusal(subject, argument, known, `the ARN of a Lambda function (${shape})`)
  })

/** The name of a queue, which is the last part of its ARN. */
export const queueNameOf = (arn: string): string => arn.split(":")[5] ?? ""

/** The URL of a queue, by its ARN. */
export const queueUrlOf = (arn: string): string => {
  const [, partition = "aws", , region = "", account = "", name = ""] = arn.split(":")
  return `https://sqs.${region}.${dnsSuffixes[partition] ?? "amazonaws.com"}/${account}/${name}`
}

const whenKnown = (value: pulumi.Input<string>, check: (known: string) => string): pulumi.Output<string> =>
  typeof value === "string" ? pulumi.output(check(value)) : pulumi.output(value).apply(check)
