/**
 * The JSON that SNS wraps around a message for a queue without raw delivery.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html
 */
import type { Account } from "../Account.ts"
import type { PublishedMessage, Subscription } from "./model.ts"

/** The envelope of a message for one subscription. The signature is a placeholder: nothing here signs. */
export const envelope = (
  account: Account,
  subscription: Subscription,
  published: PublishedMessage,
  message: string
): string => {
  const attributes = Object.entries(published.attributes ?? {})
  return JSON.stringify(
    {
      Type: "Notification",
      MessageId: published.messageId,
      SequenceNumber: published.sequenceNumber,
      TopicArn: published.topicArn,
      Subject: published.subject,
      Message: message,
      Timestamp: new Date(published.at).toISOString(),
      SignatureVersion: "1",
      Signature: "RU1CRURERUQ=",
      SigningCertURL: `https://sns.${account.region}.amazonaws.com/SimpleNotificationService-embedded.pem`,
      UnsubscribeURL: `${account.endpoint}/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`,
      MessageAttributes:
        attributes.length === 0
          ? undefined
          : Object.fromEntries(
              attributes.map(([name, { DataType, StringValue, BinaryValue }]) => [
                name,
                { Type: DataType, Value: StringValue ?? BinaryValue }
              ])
            )
    },
    undefined,
    2
  )
}
