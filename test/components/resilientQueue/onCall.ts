/** Two queues that tell one topic; docs/alerts.md shows it. */
import { Topic } from "@pulumi/aws/sns/topic.js"
import { TopicPolicy } from "@pulumi/aws/sns/topicPolicy.js"
import { all, jsonStringify } from "@pulumi/pulumi"
import { ResilientQueue } from "../../../components/resilientQueue/ResilientQueue.ts"
import { consumerEntry } from "./consumerEntry.ts"

const pager = new Topic("pager")
const onCall = new Topic("on-call")
const queues = ["invoices", "refunds"].map(
  (name) =>
    new ResilientQueue(name, {
      consumer: { entry: consumerEntry },
      alerts: { topicArn: onCall.arn, severityTopicArns: { critical: pager.arn, error: pager.arn } },
      alarms: {
        failedPercent: 10,
        "dead-letters-received": false,
        "messages-late": { evaluationPeriods: 15, severity: "error" }
      }
    })
)
const alarmArns = all(queues.map((queue) => queue.alarmArns)).apply((arns) => arns.flat())
for (const topic of [onCall, pager]) {
  const admitted = {
    Effect: "Allow",
    Principal: { Service: "cloudwatch.amazonaws.com" },
    Action: "sns:Publish",
    Resource: topic.arn,
    Condition: { ArnEquals: { "aws:SourceArn": alarmArns } }
  }
  new TopicPolicy(topic === pager ? "pager" : "on-call", {
    arn: topic.arn,
    policy: jsonStringify({ Version: "2012-10-17", Statement: [admitted] })
  })
}
