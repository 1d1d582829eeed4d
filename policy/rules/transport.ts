/** Nothing goes over the wire in the clear. */
import { coversAction, type Statement, statementsOf } from "../policyDocument.ts"
import { resourceRule, type StackViolation, type Subject, stackRule } from "../rule.ts"
import { given, ofType, refersTo, types } from "../stack.ts"
import { shown } from "../values.ts"

/** What a resource policy has to refuse without TLS. SNS takes no wildcard in a topic's policy. */
const guarded = [
  { type: types.queue, policyType: types.queuePolicy, link: "queueUrl", action: "sqs:*" },
  { type: types.topic, policyType: types.topicPolicy, link: "arn", action: "sns:Publish" },
  { type: types.table, policyType: types.tablePolicy, link: "resourceArn", action: "dynamodb:*" },
  { type: types.bucket, policyType: types.bucketPolicy, link: "bucket", action: "s3:*" }
] as const

const deniesWithoutTls =
  (action: string) =>
  (statement: Statement): boolean =>
    statement.effect === "Deny" &&
    statement.principals.includes("*") &&
    coversAction(statement, action) &&
    statement.conditions.length === 1 &&
    statement.conditions.some(
      ({ operator, key, values }) =>
        operator.startsWith("bool") && key === "aws:securetransport" && values.includes("false")
    )

const tlsOnly = stackRule(
  {
    name: "tls-only",
    description: "Queues, topics, tables and buckets refuse requests that do not come over TLS.",
    severity: "high",
    url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-securetransport"
  },
  (stack) =>
    guarded.flatMap(({ type, policyType, link, action }) =>
      ofType(stack, type).flatMap((subject): readonly StackViolation[] => {
        const policies = [subject, ...ofType(stack, policyType).filter((policy) => refersTo(policy, link, subject))]
        if (policies.some((policy) => policyOf(policy).some(deniesWithoutTls(action)))) return []
        const found =
          policies.length === 1 && given(subject, "policy") === undefined
            ? "it has no policy"
            : "its policy refuses nothing without TLS"
        const allowed = `a policy must deny ${action} to everybody where aws:SecureTransport is false`
        return [{ subject, found, allowed }]
      })
    )
)

const policyOf = (subject: Subject): readonly Statement[] => statementsOf(given(subject, "policy"))

const tlsSubscriptions = resourceRule(
  {
    name: "tls-subscriptions",
    description: "Topics deliver to web addresses over HTTPS only.",
    severity: "high",
    url: "https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html"
  },
  [types.subscription],
  ({ props }) =>
    props["protocol"] === "http"
      ? [{ found: `protocol is ${shown(props["protocol"])}`, allowed: 'a web address must have "https"' }]
      : []
)

/** The rules. */
export const transportRules = [tlsOnly, tlsSubscriptions] as const
