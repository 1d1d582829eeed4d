/**
 * What SNS wraps around a message: for a queue without raw delivery, and for a function.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 */
import type { Account } from "../Account.ts"
import type { PublishedMessage, Subscription } from "./model.ts"

const attributesOf = (published: PublishedMessage) =>
  Object.fromEntries(
    Object.entries(published.attributes ?? {}).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? BinaryValue }
    ])
  )

const certificateUrl = (account: Account): string =>
  `https://sns.${account.region}.amazonaws.com/SimpleNotificationService-embedded.pem`

const unsubscribeUrl = (account: Account, subscription: Subscription): string =>
  `${account.endpoint}/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`

/** The event of a message for a function: one record, with names that differ a little from those of the envelope. */
export const lambdaEvent = (
  account: Account,
  subscription: Subscription,
  published: PublishedMessage,
  message: string
) => ({
  Records: [
    {
      EventSource: "aws:sns",
      EventVersion: "1.0",
      EventSubscriptionArn: subscription.arn,
      Sns: {
        Type: "Notification",
        MessageId: published.messageId,
        TopicArn: published.topicArn,
        Subject: published.subject ?? null,
        Message: message,
        Timestamp: new Date(published.at).toISOString(),
        SignatureVersion: "1",
        Signature: "RU1CRURERUQ=",
        SigningCertUrl: certificateUrl(account),
        UnsubscribeUrl: unsubscribeUrl(account, subscription),
        MessageAttributes: attributesOf(published)
      }
    }
  ]
})

/** The envelope of a message for one subscription. The signature is a placeholder: nothing here signs. */
export const envelope = (
  account: Account,
  subscription: Subscription,
  published: PublishedMessage,
  message: string
): string => {
  const attributes = attributesOf(published)
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
      SigningCertURL: certificateUrl(account),
      UnsubscribeURL: unsubscribeUrl(account, subscription),
      MessageAttributes: Object.keys(attributes).length === 0 ? undefined : attributes
    },
    undefined,
    2
  )
}
