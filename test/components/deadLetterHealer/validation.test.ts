import * as pulumi from "@pulumi/pulumi"
import { describe, expect, it } from "vitest"
import type { DeadLetterHealerArgs } from "../../../components/deadLetterHealer/args.ts"
import { DeadLetterHealer } from "../../../components/deadLetterHealer/DeadLetterHealer.ts"
import { recoveryPolicy } from "../../../handlers/recovery/RecoveryPolicy.ts"
import { deploy, refused } from "../deployed.ts"
import { deadLetterQueueArn, functionArn, queueArn, toFunction, toQueue } from "./adopted.ts"

/** As from a program in JavaScript, which no compiler has checked. */
const unchecked = (more: object): DeadLetterHealerArgs => ({ ...toQueue, ...more })
const fifoArn = `${deadLetterQueueArn}.fifo`
const aQueue = "it must be the ARN of an SQS queue (arn:aws:sqs:REGION:ACCOUNT:NAME)."

const refusals: ReadonlyArray<readonly [DeadLetterHealerArgs, string]> = [
  [{ ...toQueue, deadLetterQueueArn: "orders-dead" }, `deadLetterQueueArn is "orders-dead"; ${aQueue}`],
  [
    unchecked({ redact: ["card"] }),
    'redact is "card"; it must be paths such as "$.card.number", "$.items[*].note" or "$..iban".'
  ],
  [{ ...toQueue, deadLetterQueueArn: functionArn }, `deadLetterQueueArn is "${functionArn}"; ${aQueue}`],
  [{ ...toQueue, redriveTo: { queueArn: `${queueArn}:2` } }, `redriveTo.queueArn is "${queueArn}:2"; ${aQueue}`],
  [
    { ...toQueue, deadLetterQueueArn: fifoArn },
    `deadLetterQueueArn is "${fifoArn}"; it must be a standard queue's where fifo is false.`
  ],
  [
    { ...toQueue, fifo: true, deadLetterQueueArn: fifoArn },
    `redriveTo.queueArn is "${queueArn}"; it must be a FIFO queue's (.fifo at its end) where fifo is true.`
  ],
  [
    { deadLetterQueueArn, redriveTo: { functionArn: queueArn } },
    `redriveTo.functionArn is "${queueArn}"; it must be the ARN of a Lambda function (arn:aws:lambda:REGION:ACCOUNT:function:NAME, or with :VERSION or :ALIAS).`
  ],
  [
    { ...toFunction, fifo: true, deadLetterQueueArn: fifoArn },
    "redriveTo.functionArn cannot go with fifo: true; Lambda's failed events go to standard queues only."
  ],
  [unchecked({ redriveTo: {} }), "redriveTo has neither queueArn nor functionArn; give one of them."],
  [
    unchecked({ redriveTo: { queueArn, functionArn } }),
    "redriveTo has both queueArn and functionArn; give one of them."
  ],
  [{ ...toQueue, breaker: { ceilingRatio: 1 } }, "breaker.ceilingRatio is 1; it must be a number from 1.01 to 100."],
  [
    {
      ...toQueue,
      recovery: recoveryPolicy({
        Timeout: {
          action: "heal",
          backoff: { baseSeconds: 0.5, factor: 2, capSeconds: 60 },
          maxAttempts: 3,
          maxAgeSeconds: 600
        }
      })
    },
    "recovery: The recovery policy is not valid at Timeout.backoff.baseSeconds: Expected a value between 1 and 43200."
  ],
  [
    { ...toQueue, maxMessageSizeBytes: 1023 },
    "maxMessageSizeBytes is 1023; it must be a whole number from 1024 to 1048576."
  ],
  [
    { ...toQueue, kmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:alias/messages" },
    'kmsKeyArn is "arn:aws:kms:eu-west-1:123456789012:alias/messages"; it must be the ARN of a key, not of an alias (arn:aws:kms:REGION:ACCOUNT:key/ID).'
  ],
  [{ ...toQueue, quietSeconds: 59 }, "quietSeconds is 59; it must be a whole number from 60 to 1209600."],
  [
    { ...toQueue, healer: { timeoutSeconds: 901 } },
    "healer.timeoutSeconds is 901; it must be a whole number from 1 to 900."
  ],
  [
    { ...toQueue, permissions: [{ actions: ["kms:*"], resources: ["arn:aws:kms:eu-west-1:123456789012:key/1"] }] },
    "permissions: the action kms:* has a wildcard; name each action."
  ]
]

describe("a DeadLetterHealer refuses", () => {
  it.each(refusals)(
    "what cannot work, before anything is made, in one sentence that names the argument: case %#",
    async (args, sentence) => {
      const { error, registered } = await refused(() => new DeadLetterHealer("legacy", args))
      expect(error).toSatisfy(pulumi.RunError.isInstance)
      expect(error).toHaveProperty("message", `legacy: ${sentence}`)
      expect(registered).toBe(0)
    }
  )

  it("nothing that Lambda takes: a function by its alias", async () => {
    const { named } = await deploy(
      () => new DeadLetterHealer("legacy", { ...toFunction, redriveTo: { functionArn: `${functionArn}:live` } })
    )
    expect(named("legacy-healer", "aws:lambda/function:Function").inputs).toMatchObject({
      environment: { variables: { REDRIVE_FUNCTION_ARN: `${functionArn}:live` } }
    })
  })
})
