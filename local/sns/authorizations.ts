/**
 * What each SNS operation needs.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
 */
import { type Account, arnOf } from "../Account.ts"
import type { RequiredPermission } from "../EmbeddedService.ts"
import type { Fields } from "./queryProtocol.ts"
import type { Topics } from "./Topics.ts"

/** An operation on a subscription is an operation on its topic. */
const topicArnOf = (fields: Fields): string =>
  fields.text("TopicArn") ??
  fields.text("TargetArn") ??
  fields.text("ResourceArn") ??
  (fields.text("SubscriptionArn") ?? "").split(":").slice(0, 6).join(":")

/** The permissions that an operation needs; none for an operation that does not exist. */
export const authorizationsOf = (
  account: Account,
  topics: Topics,
  operation: string,
  fields: Fields
): ReadonlyArray<RequiredPermission> => {
  switch (operation) {
    case "":
      return []
    case "CreateTopic":
      return [{ action: "sns:CreateTopic", resource: arnOf(account, "sns", fields.text("Name") ?? "") }]
    case "ListTopics":
    case "ListSubscriptions":
      return [{ action: `sns:${operation}`, resource: "*" }]
    default: {
      const resource = topicArnOf(fields)
      const action = operation === "PublishBatch" ? "sns:Publish" : `sns:${operation}`
      return [{ action, resource, resourcePolicy: topics.find(resource)?.policy }]
    }
  }
}
