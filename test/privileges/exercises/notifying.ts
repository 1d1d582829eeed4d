/** What a notifier has to be able to do: read its secret, and have Lambda keep what its webhook did not take. */
import { randomUUID } from "node:crypto"
import type { Exercise } from "../Exercise.ts"
import type { Subject } from "../startSubject.ts"

/** A notification as SNS hands it to a function. */
export const notification = (topicArn: string, text: string) => ({
  ...{ Type: "Notification", MessageId: randomUUID(), TopicArn: topicArn, Subject: null, Message: text },
  ...{ Timestamp: new Date().toISOString(), MessageAttributes: {} }
})

/** Publishes, and waits until Lambda is done with it, the retries among it. */
const publish = async (subject: Subject, text: string): Promise<string> => {
  const queueUrl = subject.output("undeliveredAlertsQueueUrl")
  const queueArn = subject.aws.sqs.queueArns().find((arn) => subject.aws.sqs.queueUrl(arn) === queueUrl) ?? ""
  // A secret that is remembered needs no permission.
  await subject.recycle("orders-notify-ops")
  // The topic admits nobody but the healer and its alarms.
  const alarm = subject.resources.find(({ name }) => name === "orders-messages-parked")
  const from = { service: "cloudwatch.amazonaws.com", sourceArn: String(alarm?.state["arn"]) }
  subject.aws.sns.publish(subject.output("alertTopicArn"), { message: text }, from)
  await subject.aws.lambda.idle()
  const told = subject.webhook.told.filter((each) => each.includes(text)).length
  return `told ${told} times; undelivered: ${subject.depth(queueArn)}`
}

/** What a notifier has to be able to do. */
export const notifying: ReadonlyArray<Exercise> = [
  {
    name: "an alert is told to the webhook",
    expected: "told 1 times; undelivered: empty",
    run: (subject) => publish(subject, randomUUID())
  },
  {
    name: "an alert that the webhook refuses is kept",
    expected: "told 3 times; undelivered: 1 visible",
    run: async (subject) => {
      subject.webhook.status = 410
      return publish(subject, randomUUID()).finally(() => {
        subject.webhook.status = 200
      })
    }
  }
]
