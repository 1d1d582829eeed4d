/** Two functions that send to their own queues: one may be part of a loop, the other one has Lambda's default. */
import * as aws from "@pulumi/aws"
import { BundledFunction } from "../../../../components/function/BundledFunction.ts"

const looping = (name: string, recursiveLoop?: "Allow") => {
  const queue = new aws.sqs.Queue(`${name}-queue`)
  const sender = new BundledFunction(name, {
    entry: new URL("./functions/sendAgain.ts", import.meta.url),
    description: "Sends to its own queue",
    timeoutSeconds: 10,
    environment: { QUEUE_URL: queue.url },
    permissions: [
      {
        actions: ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        resources: [queue.arn]
      }
    ],
    recursiveLoop
  })
  new aws.lambda.EventSourceMapping(`${name}-source`, { eventSourceArn: queue.arn, functionName: sender.arn })
  return queue.arn
}

export const allowed = looping("allowed", "Allow")
export const stopped = looping("stopped")
