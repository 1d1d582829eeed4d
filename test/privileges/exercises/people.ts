/** What people have to be able to do, each with the policy that is an output for them. */
import { randomUUID } from "node:crypto"
import { DeleteItemCommand, GetItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb"
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand
} from "@aws-sdk/client-s3"
import { ListSubscriptionsByTopicCommand, SubscribeCommand } from "@aws-sdk/client-sns"
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  StartMessageMoveTaskCommand
} from "@aws-sdk/client-sqs"
import { ledgerIndexes } from "../../../handlers/ledger/FailureLedger.ts"
import { until } from "../../../local/demo/until.ts"
import { replayInstance } from "../../../local/replayInstance.ts"
import type { Exercise } from "../Exercise.ts"
import type { Subject } from "../startSubject.ts"
import { deadLetter, placeOf, sites } from "./healing.ts"
import { notification } from "./notifying.ts"

type Person = "reader" | "operator" | "administrator"

const everybody: ReadonlyArray<Person> = ["reader", "operator", "administrator"]

const site = sites.orders

const queuePlaces = ["mainQueueArn", "deadLetterQueueArn", "parkingQueueArn"]

const undeliveredUrl = (subject: Subject): string => subject.output("undeliveredAlertsQueueUrl")

const queueUrls = (subject: Subject): ReadonlyArray<string> =>
  queuePlaces.map((place) => subject.aws.sqs.queueUrl(placeOf(subject, site, place)))

/** A call of an API for which there is no client here. */
const called = async (subject: Subject, person: Person, service: string, target: string, input: object) => {
  const { region, endpoint } = subject.aws.account
  const { accessKeyId } = subject.credentialsOf(person)
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": target,
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=none`
    },
    body: JSON.stringify(input)
  })
  return { status: response.status, body: Object(await response.json()) }
}

const stateNames = (subject: Subject, type: string, parent: string, property: string): ReadonlyArray<string> =>
  subject.resources
    .filter((each) => each.type === type && each.urn.includes(parent))
    .map(({ state }) => String(state[property]))

const looks = (person: Person): ReadonlyArray<Exercise> => [
  {
    name: `${person}: sees how many messages there are`,
    expected: "0, 0, 0, 0",
    run: async (subject) => {
      const { sqs } = subject.as(person)
      const counts: Array<string | undefined> = []
      for (const QueueUrl of [...queueUrls(subject), undeliveredUrl(subject)]) {
        const AttributeNames = ["ApproximateNumberOfMessages" as const]
        const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }))
        counts.push(Attributes?.ApproximateNumberOfMessages)
      }
      return counts.join(", ")
    }
  },
  {
    name: `${person}: sees what failed, and why`,
    expected: "found; by class, by status, by correlation id",
    run: async (subject) => {
      const TableName = subject.output("failuresTableName")
      const lineageId = randomUUID()
      const item = { lineageId, class: "C", status: "archived", correlationId: lineageId, lastFailureAt: "2026-01-01" }
      await subject.putItem(TableName, item)
      const { dynamodb } = subject.as(person)
      const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: { lineageId: { S: lineageId } } }))
      const found: Array<string> = []
      for (const [IndexName, name, value, words] of [
        [ledgerIndexes.byClass, "class", "C", "by class"],
        [ledgerIndexes.byStatus, "status", "archived", "by status"],
        [ledgerIndexes.byCorrelationId, "correlationId", lineageId, "by correlation id"]
      ] as const) {
        const { Items = [] } = await dynamodb.send(
          new QueryCommand({
            ...{ TableName, IndexName, KeyConditionExpression: "#name = :value" },
            ...{ ExpressionAttributeNames: { "#name": name }, ExpressionAttributeValues: { ":value": { S: value } } }
          })
        )
        if (Items.some((each) => each["lineageId"]?.S === lineageId)) found.push(words)
      }
      return `${Item === undefined ? "not found" : "found"}; ${found.join(", ")}`
    }
  },
  {
    name: `${person}: reads archived messages`,
    expected: "listed and read",
    run: async (subject) => {
      const Bucket = subject.output("archiveBucketName")
      const Key = `class=TEST/${randomUUID()}.json`
      await subject.administrator.s3.send(new PutObjectCommand({ Bucket, Key, Body: "{}" }))
      const { s3 } = subject.as(person)
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "class=TEST/" }))
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
      const read = (await Body?.transformToString()) === "{}"
      return Contents.some((each) => each.Key === Key) && read ? "listed and read" : "not seen"
    }
  },
  {
    name: `${person}: searches the functions' logs`,
    expected: "200, 200, 200, 200, 200",
    run: async (subject) => {
      const groups = stateNames(subject, "aws:cloudwatch/logGroup:LogGroup", "ResilientQueue$", "name")
      const own = groups.filter((name) => /^orders-(consumer|healer|replay|widget|notify-ops)-log/.test(name))
      const answers = own.map((logGroupName) =>
        called(subject, person, "logs", "Logs_20140328.FilterLogEvents", { logGroupName })
      )
      return (await Promise.all(answers)).map(({ status }) => status).join(", ")
    }
  },
  {
    name: `${person}: sees the dashboard's graphs`,
    expected: "200, a value",
    run: async (subject) => {
      const [FunctionName] = stateNames(subject, "aws:lambda/function:Function", "ResilientQueue$", "name")
      const at = Date.now()
      const metric = {
        namespace: "AWS/Lambda",
        name: "Invocations",
        dimensions: { FunctionName: String(FunctionName) }
      }
      subject.aws.cloudwatch.putMetric({ ...metric, value: 1, at })
      const Dimensions = [{ Name: "FunctionName", Value: FunctionName }]
      const Metric = { Namespace: metric.namespace, MetricName: metric.name, Dimensions }
      const target = "GraniteServiceVersion20100801.GetMetricData"
      const { status, body } = await called(subject, person, "monitoring", target, {
        StartTime: at / 1000 - 60,
        EndTime: at / 1000 + 60,
        MetricDataQueries: [{ Id: "invocations", MetricStat: { Metric, Period: 120, Stat: "Sum" } }]
      })
      return `${status}, ${body.MetricDataResults?.[0]?.Values?.[0] >= 1 ? "a value" : "no value"}`
    }
  },
  {
    name: `${person}: sees what the dashboard's queries find in the functions' logs`,
    expected: "200, 200: 1",
    run: async (subject) => {
      const groups = stateNames(subject, "aws:cloudwatch/logGroup:LogGroup", "ResilientQueue$", "name")
      const logGroupNames = groups.filter((name) => /^orders-(consumer|healer|replay|widget|notify-ops)-log/.test(name))
      const reason = randomUUID()
      const [logGroup = ""] = logGroupNames
      const at = Date.now()
      subject.aws.cloudwatch.putLog({ logGroup, logStream: "stream", at, message: JSON.stringify({ reason }) })
      const query = {
        logGroupNames,
        startTime: Math.floor(at / 1000) - 60,
        endTime: Math.floor(at / 1000) + 60,
        queryString: `fields reason | filter reason = '${reason}'`
      }
      const started = await called(subject, person, "logs", "Logs_20140328.StartQuery", query)
      const { queryId } = started.body
      const found = await called(subject, person, "logs", "Logs_20140328.GetQueryResults", { queryId })
      return `${started.status}, ${found.status}: ${found.body.results?.length}`
    }
  },
  {
    name: `${person}: sees the alarms and the dashboard`,
    expected: "200, every alarm; 200",
    run: async (subject) => {
      const all = stateNames(subject, "aws:cloudwatch/metricAlarm:MetricAlarm", "OrderPipeline", "name")
      const target = "GraniteServiceVersion20100801"
      const input = { AlarmNames: all }
      const { status, body } = await called(subject, person, "monitoring", `${target}.DescribeAlarms`, input)
      const [DashboardName] = stateNames(
        subject,
        "aws:cloudwatch/dashboard:Dashboard",
        "OrderPipeline",
        "dashboardName"
      )
      const dashboard = await called(subject, person, "monitoring", `${target}.GetDashboard`, { DashboardName })
      const every = Object(body).MetricAlarms?.length === all.length && all.length > 0
      return `${status}, ${every ? "every alarm" : "not every alarm"}; ${dashboard.status}`
    }
  }
]

const mends = (person: Person): ReadonlyArray<Exercise> => [
  {
    name: `${person}: replays what awaits an operator`,
    expected: "1 replayed, recovered",
    run: async (subject) => {
      const failure = { class: "AuthFailure", reason: "401", dependency: "payment-gateway" }
      const lineageId = randomUUID()
      const order = { orderId: lineageId, itemName: "Laptop", quantity: 1, userId: "U1" }
      await deadLetter(subject, site, failure, lineageId, {}, JSON.stringify(order))
      await subject.aws.lambda.deliver(placeOf(subject, site, "deadLetterQueueArn"))
      const { region, endpoint } = subject.aws.account
      const outputs = Object.fromEntries(
        ["orderQueueUrl", "archiveBucketName", "failuresTableName"].map((name) => [name, subject.output(name)])
      )
      const target = { region, endpoint, administrator: subject.credentialsOf(person), outputs }
      const replaying = replayInstance(target, { criteria: { lineageId }, messagesPerSecond: 100, outcomeSeconds: 5 })
      const over = new AbortController()
      const summary = replaying.finally(() => over.abort())
      summary.catch(() => undefined)
      while (!over.signal.aborted) {
        await subject.aws.lambda.deliver(placeOf(subject, site, "mainQueueArn"))
        await new Promise((resolve) => setImmediate(resolve))
      }
      const { replayed } = await summary
      const items = await subject.items(subject.output("failuresTableName"))
      return `${replayed} replayed, ${items.find((item) => item["lineageId"] === lineageId)?.["status"]}`
    }
  },
  {
    name: `${person}: reads what a replay has kept`,
    expected: "{}",
    run: async (subject) => {
      const place = { Bucket: subject.output("archiveBucketName"), Key: `replays/run=${randomUUID()}/snapshot.json` }
      await subject.administrator.s3.send(new PutObjectCommand({ ...place, Body: "{}" }))
      const { Body } = await subject.as(person).s3.send(new GetObjectCommand(place))
      return String(await Body?.transformToString())
    }
  },
  {
    name: `${person}: sends parked messages back to the dead-letter queue`,
    expected: "parked: empty; dead letters: 1 visible; 1 task",
    run: async (subject) => {
      const parking = placeOf(subject, site, "parkingQueueArn")
      const dead = placeOf(subject, site, "deadLetterQueueArn")
      await subject.send(parking, { body: "{}" })
      const { sqs } = subject.as(person)
      await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: parking, DestinationArn: dead }))
      // It happens in the background.
      await until(async () => (subject.depth(dead) === "empty" ? undefined : true), { milliseconds: 3000 })
      const { Results = [] } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: parking }))
      return `parked: ${subject.depth(parking)}; dead letters: ${subject.depth(dead)}; ${Results.length} task`
    }
  }
]

/** As the runbook says: read, told again, deleted. */
const tellsAgain = (person: Person): Exercise => ({
  name: `${person}: tells a webhook again what it did not take`,
  expected: "202, told; undelivered: empty",
  run: async (subject) => {
    const QueueUrl = undeliveredUrl(subject)
    const queueArn = subject.aws.sqs.queueArns().find((arn) => subject.aws.sqs.queueUrl(arn) === QueueUrl) ?? ""
    const text = randomUUID()
    const [functionArn = ""] = stateNames(subject, "aws:lambda/function:Function", "OrderPipeline", "arn").filter(
      (arn) => arn.includes(":orders-notify-ops")
    )
    const requestPayload = { Records: [{ Sns: notification(subject.output("alertTopicArn"), text) }] }
    const record = { requestContext: { functionArn: `${functionArn}:$LATEST` }, requestPayload }
    await subject.send(queueArn, { body: JSON.stringify(record) })
    const { sqs } = subject.as(person)
    const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }))
    const { requestContext, requestPayload: event } = JSON.parse(message?.Body ?? "{}")
    const { region, endpoint } = subject.aws.account
    const target = encodeURIComponent(String(requestContext.functionArn).replace(/:\$LATEST$/, ""))
    const { accessKeyId } = subject.credentialsOf(person)
    const response = await fetch(`${endpoint}/2015-03-31/functions/${target}/invocations`, {
      method: "POST",
      headers: {
        "x-amz-invocation-type": "Event",
        authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/${region}/lambda/aws4_request, SignedHeaders=host, Signature=none`
      },
      body: JSON.stringify(event)
    })
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }))
    await subject.aws.lambda.idle()
    const told = subject.webhook.told.some((each) => each.includes(text)) ? "told" : "not told"
    return `${response.status}, ${told}; undelivered: ${subject.depth(queueArn)}`
  }
})

const isInCharge: ReadonlyArray<Exercise> = [
  {
    name: "administrator: empties queues",
    expected: "empty, empty, empty",
    run: async (subject) => {
      const { sqs } = subject.as("administrator")
      for (const place of queuePlaces) await subject.send(placeOf(subject, site, place), { body: "{}" })
      // SQS purges a queue once in 60 seconds.
      subject.advance(61)
      for (const QueueUrl of queueUrls(subject)) await sqs.send(new PurgeQueueCommand({ QueueUrl }))
      return queuePlaces.map((place) => subject.depth(placeOf(subject, site, place))).join(", ")
    }
  },
  {
    name: "administrator: deletes for good what was kept",
    expected: "no item, no object, no version",
    run: async (subject) => {
      const TableName = subject.output("failuresTableName")
      const lineageId = randomUUID()
      await subject.putItem(TableName, { lineageId })
      const Bucket = subject.output("archiveBucketName")
      const Key = `class=TEST/${lineageId}.json`
      await subject.administrator.s3.send(new PutObjectCommand({ Bucket, Key, Body: "{}" }))
      const { dynamodb, s3 } = subject.as("administrator")
      await dynamodb.send(new DeleteItemCommand({ TableName, Key: { lineageId: { S: lineageId } } }))
      await s3.send(new DeleteObjectCommand({ Bucket, Key }))
      const versions = async (of: typeof s3) => {
        const { Versions = [], DeleteMarkers = [] } = await of.send(
          new ListObjectVersionsCommand({ Bucket, Prefix: Key })
        )
        return [...Versions, ...DeleteMarkers]
      }
      for (const { VersionId } of await versions(s3)) await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }))
      const items = await subject.items(TableName)
      const objects = subject.aws.s3.objects(Bucket)
      return [
        items.some((item) => item["lineageId"] === lineageId) ? "an item" : "no item",
        objects.some((object) => object.key === Key) ? "an object" : "no object",
        (await versions(subject.administrator.s3)).length === 0 ? "no version" : "versions"
      ].join(", ")
    }
  },
  {
    name: "administrator: subscribes to alerts",
    expected: "subscribed",
    run: async (subject) => {
      const TopicArn = subject.output("alertTopicArn")
      const { sns } = subject.as("administrator")
      const Endpoint = `${randomUUID()}@example.com`
      await sns.send(new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint }))
      const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }))
      return Subscriptions.some((each) => each.Endpoint === Endpoint) ? "subscribed" : "not subscribed"
    }
  }
]

/** What people have to be able to do. */
export const people: ReadonlyArray<Exercise> = [
  ...everybody.flatMap(looks),
  ...(["operator", "administrator"] as const).flatMap((person) => [...mends(person), tellsAgain(person)]),
  ...isInCharge
]
