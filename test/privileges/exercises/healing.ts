/** What each healer has to be able to do: exercised on every dead-letter queue, with evidence as a consumer leaves it. */
import { randomUUID } from "node:crypto"
import type { FailureRecord } from "../../../handlers/failure/Evidence.ts"
import { encodeEvidence } from "../../../handlers/failure/evidenceCodec.ts"
import { alertAttributeName } from "../../../handlers/healer/Alert.ts"
import { until } from "../../../local/demo/until.ts"
import type { Exercise } from "../Exercise.ts"
import type { Subject } from "../startSubject.ts"

/** A dead-letter queue with its healer. */
export interface Site {
  readonly name: string
  readonly fifo: boolean
  /** The output that holds its places; `undefined` for the order system's own outputs. */
  readonly places: string | undefined
}

/** Every healer's dead-letter queue. */
export const sites = {
  orders: { name: "orders", fifo: false, places: undefined },
  invoices: { name: "invoices", fifo: true, places: "invoicesPlaces" },
  shipments: { name: "shipments", fifo: false, places: "shipmentsPlaces" },
  thumbnails: { name: "thumbnails", fifo: false, places: "thumbnailsPlaces" }
} as const satisfies Record<string, Site>

const ownOutputs: Readonly<Record<string, string>> = {
  mainQueueArn: "orderQueueUrl",
  deadLetterQueueArn: "deadLetterQueueUrl",
  parkingQueueArn: "parkingQueueUrl"
}

/** A place of a site. */
export const placeOf = (subject: Subject, site: Site, place: string): string => {
  if (site.places !== undefined) return subject.output(`${site.places}.${place}`)
  const own = subject.output(ownOutputs[place] ?? place)
  const name = /\/([^/]+)$/.exec(own)?.[1]
  return place in ownOutputs
    ? `arn:aws:sqs:${subject.aws.account.region}:${subject.aws.account.accountId}:${name}`
    : own
}

/** Puts a message with evidence of a failure into the dead-letter queue; answers its lineage. */
export const deadLetter = async (
  subject: Subject,
  site: Site,
  failure: Pick<FailureRecord, "class" | "reason"> & Partial<FailureRecord>,
  lineageId: string = randomUUID(),
  attributes: Readonly<Record<string, string>> = {},
  body: string = JSON.stringify({ about: lineageId })
): Promise<string> => {
  const at = Date.now()
  const resilience = encodeEvidence({
    version: 1,
    lineageId,
    firstSeen: at,
    healAttempts: 0,
    failure: { receiveCount: 1, at, ...failure }
  })
  await subject.send(placeOf(subject, site, "deadLetterQueueArn"), {
    body,
    attributes: { ...attributes, resilience },
    ...(site.fifo ? { group: lineageId } : {})
  })
  return lineageId
}

const ledgerStatus = async (subject: Subject, site: Site, lineageId: string): Promise<string> => {
  const items = await subject.items(placeOf(subject, site, "failuresTableName"))
  return String(items.find((item) => item["lineageId"] === lineageId)?.["status"])
}

const archived = (subject: Subject, site: Site, lineageId: string): string =>
  subject.aws.s3.objects(placeOf(subject, site, "archiveBucketName")).some(({ key }) => key.includes(lineageId))
    ? "in the archive"
    : "not in the archive"

const deliverDead = (subject: Subject, site: Site) =>
  subject.aws.lambda.deliver(placeOf(subject, site, "deadLetterQueueArn"))

const deadLetters = (subject: Subject, site: Site): string =>
  subject.depth(placeOf(subject, site, "deadLetterQueueArn"))

const archives = (site: Site): Exercise => ({
  name: `${site.name}: an invalid message is archived`,
  expected: "archived, in the archive; dead letters: empty",
  run: async (subject) => {
    const lineage = await deadLetter(subject, site, { class: "ValidationError", reason: "no quantity" })
    await deliverDead(subject, site)
    const status = await ledgerStatus(subject, site, lineage)
    return `${status}, ${archived(subject, site, lineage)}; dead letters: ${deadLetters(subject, site)}`
  }
})

const alerts = (site: Site): Exercise => ({
  name: `${site.name}: two refused credentials give one alert`,
  expected: "awaiting-operator twice, 1 alert, 1 held back; dead letters: empty",
  run: async (subject) => {
    const before = subject.aws.sns.published().length
    const dependency = `dependency ${randomUUID().replaceAll("-", "").replace(/\d/g, "x")}`
    const statuses: Array<string> = []
    for (const _ of [1, 2]) {
      const lineage = await deadLetter(subject, site, { class: "AuthFailure", reason: dependency, dependency })
      await deliverDead(subject, site)
      statuses.push(await ledgerStatus(subject, site, lineage))
    }
    const topicArn = placeOf(subject, site, "alertTopicArn")
    const published = subject.aws.sns.published().slice(before)
    // Alarms tell the same topic, of whatever failed before.
    const count = published.filter(
      ({ topicArn: told, attributes = {} }) => told === topicArn && Object.hasOwn(attributes, alertAttributeName)
    ).length
    const items = await subject.items(placeOf(subject, site, "failuresTableName"))
    const windows = items.filter(({ lineageId }) => String(lineageId).startsWith("alert#"))
    const heldBack = windows.reduce((sum, item) => sum + Number(item["heldBack"]), 0)
    const known = alertsHeldBack.get(site.name) ?? 0
    alertsHeldBack.set(site.name, heldBack)
    const both = statuses[0] === statuses[1] ? `${statuses[0]} twice` : statuses.join(", ")
    return `${both}, ${count} alert, ${heldBack - known} held back; dead letters: ${deadLetters(subject, site)}`
  }
})

/** Windows stay in the ledger from one run to the next. */
const alertsHeldBack = new Map<string, number>()

/** A second is the longest back-off here; what is held for so long can be had after two, and goes soon after one. */
const dueSeconds = 2
const longestWaitMilliseconds = 3000

const heals = (site: Site): Exercise => ({
  name: `${site.name}: a time-out is sent back`,
  expected: site.fifo
    ? "held, then healing; dead letters: empty; main queue: 1 visible"
    : "healing; dead letters: empty; main queue: 1",
  run: async (subject) => {
    const lineage = await deadLetter(subject, site, { class: "Timeout", reason: "too slow" })
    await deliverDead(subject, site)
    const first = await ledgerStatus(subject, site, lineage)
    const main = placeOf(subject, site, "mainQueueArn")
    if (!site.fifo)
      return `${first}; dead letters: ${deadLetters(subject, site)}; main queue: ${subject.depth(main).split(" ")[0]}`
    await deliveredWhenDue(subject, site)
    const status = await ledgerStatus(subject, site, lineage)
    return `${first}, then ${status}; dead letters: ${deadLetters(subject, site)}; main queue: ${subject.depth(main)}`
  }
})

/** Has the healer look again until it lets the message go, by its own clock, which nobody sets forward. */
const deliveredWhenDue = async (subject: Subject, site: Site): Promise<void> => {
  const goes = async () => {
    subject.advance(dueSeconds)
    await deliverDead(subject, site)
    return deadLetters(subject, site) === "empty" ? true : undefined
  }
  await until(goes, { milliseconds: longestWaitMilliseconds })
}

const invokes = (site: Site): Exercise => ({
  name: `${site.name}: a time-out is handed to the function again`,
  expected: "invoked; dead letters: empty",
  run: async (subject) => {
    const target = placeOf(subject, site, "targetFunctionName")
    const before = subject.aws.xray.received(target).segments
    await deadLetter(subject, site, { class: "Timeout", reason: "too slow" })
    await deliverDead(subject, site)
    await deliveredWhenDue(subject, site)
    await subject.aws.lambda.idle()
    const invoked = subject.aws.xray.received(target).segments > before
    return `${invoked ? "invoked" : "not invoked"}; dead letters: ${deadLetters(subject, site)}`
  }
})

/** Longer than a dead-letter queue's own visibility timeout, shorter than what is asked for. */
const beyondVisibilitySeconds = 600
const askedSeconds = 3600

const tenAttributes = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`a${index}`, "x"]))

const holds = (site: Site): Exercise => ({
  name: `${site.name}: a dependency that asks for an hour gets it`,
  expected: "held; in the dead-letter queue, not to be had after ten minutes",
  run: async (subject) => {
    const lineage = await deadLetter(
      subject,
      site,
      { class: "DependencyFailure", reason: "503", dependency: randomUUID(), retryAfterSeconds: askedSeconds },
      randomUUID()
    )
    await deliverDead(subject, site)
    const status = await ledgerStatus(subject, site, lineage)
    subject.advance(beyondVisibilitySeconds)
    const depth = deadLetters(subject, site)
    const there = depth === "1 in flight" || depth === "1 delayed"
    return `${status}; ${there ? "in the dead-letter queue, not to be had after ten minutes" : depth}`
  }
})

const holdsByCopy = (site: Site): Exercise => ({
  name: `${site.name}: a long hold is a delayed copy, which is not in flight`,
  expected: "dead letters: 1 delayed",
  run: async (subject) => {
    await deadLetter(subject, site, {
      class: "DependencyFailure",
      reason: "503",
      dependency: randomUUID(),
      retryAfterSeconds: askedSeconds
    })
    await deliverDead(subject, site)
    return `dead letters: ${deadLetters(subject, site)}`
  }
})

const holdsByVisibility = (site: Site): Exercise => ({
  name: `${site.name}: what cannot be handled is not tried again at once`,
  expected: "dead letters: 1 in flight after the queue's own time-out",
  run: async (subject) => {
    const lineage = randomUUID()
    await subject.putItem(placeOf(subject, site, "failuresTableName"), { lineageId: lineage, status: "no ledger item" })
    await deadLetter(subject, site, { class: "ValidationError", reason: "no quantity" }, lineage, tenAttributes)
    await subject.wearOut(placeOf(subject, site, "deadLetterQueueArn"), site.fifo ? 3 : 8)
    await deliverDead(subject, site)
    subject.advance(ownTimeOutSeconds)
    return `dead letters: ${deadLetters(subject, site)} after the queue's own time-out`
  }
})

/** The dead-letter queues' visibility timeout, and a second; an eighth error waits for longer. */
const ownTimeOutSeconds = 181

const parks = (site: Site): Exercise => ({
  name: `${site.name}: what can never be handled is parked`,
  expected: "dead letters: empty; parked: 1 visible",
  run: async (subject) => {
    const lineage = randomUUID()
    await subject.putItem(placeOf(subject, site, "failuresTableName"), { lineageId: lineage, status: "no ledger item" })
    await deadLetter(subject, site, { class: "ValidationError", reason: "no quantity" }, lineage)
    await subject.wearOut(placeOf(subject, site, "deadLetterQueueArn"), 20)
    await deliverDead(subject, site)
    const parked = subject.depth(placeOf(subject, site, "parkingQueueArn"))
    return `dead letters: ${deadLetters(subject, site)}; parked: ${parked}`
  }
})

/** Longer ago than an adopted queue has to be quiet. */
const longAgo = new Date(Date.now() - 48 * 3600 * 1000).toISOString()

const settles = (site: Site): Exercise => ({
  name: `${site.name}: what has not failed again for long is presumed to have recovered`,
  expected: "healing, then recovered",
  run: async (subject) => {
    const table = placeOf(subject, site, "failuresTableName")
    const lineageId = randomUUID()
    await subject.putItem(table, {
      ...{ lineageId, revision: 1, status: "healing", class: "Timeout", fingerprint: "f", reason: "r", why: "w" },
      ...{ firstFailureAt: longAgo, lastFailureAt: longAgo, attempts: 1, deadLetters: [] },
      history: [{ at: longAgo, act: "requeued", why: "w" }]
    })
    const before = await ledgerStatus(subject, site, lineageId)
    await subject.aws.lambda.invoke(placeOf(subject, site, "healerFunctionArn"), {})
    return `${before}, then ${await ledgerStatus(subject, site, lineageId)}`
  }
})

/** What every healer can do, and what only some can. */
export const healing: ReadonlyArray<Exercise> = [
  ...Object.values(sites).flatMap((site: Site) => [archives(site), alerts(site), holds(site), parks(site)]),
  ...[sites.orders, sites.invoices, sites.shipments].map(heals),
  invokes(sites.thumbnails),
  ...[sites.shipments, sites.thumbnails].map(settles),
  ...[sites.orders, sites.shipments, sites.thumbnails].map(holdsByCopy),
  ...Object.values(sites).map(holdsByVisibility)
]
