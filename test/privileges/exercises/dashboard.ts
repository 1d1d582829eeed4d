/** What the functions behind a dashboard have to be able to do, called as CloudWatch's console calls them: by people. */
import { randomUUID } from "node:crypto"
import { PutObjectCommand } from "@aws-sdk/client-s3"
import { fingerprint } from "../../../handlers/failure/fingerprint.ts"
import type { Exercise } from "../Exercise.ts"
import type { Subject } from "../startSubject.ts"
import { deadLetter, placeOf, type Site, sites } from "./healing.ts"

/** A function of a dashboard, by its logical name. */
const functionArn = (subject: Subject, name: string): string => {
  const found = subject.resources.find((each) => each.type === "aws:lambda/function:Function" && each.name === name)
  return String(found?.state["arn"])
}

/** The event that CloudWatch documents, with an action's parameters. */
const event = (parameters: object) => ({
  ...parameters,
  widgetContext: {
    dashboardName: "orders",
    widgetId: "widget-1",
    accountId: "123456789012",
    locale: "en",
    timezone: { label: "UTC", offsetISO: "+00:00", offsetInMinutes: 0 },
    timeRange: { mode: "relative", start: Date.now() - 3_600_000, end: Date.now() + 60_000, relativeStart: 3_600_000 },
    theme: "dark",
    title: "What failed?",
    forms: { all: {} },
    params: {},
    width: 1200,
    height: 500
  }
})

/** Invokes with the credentials of a person: the status, and the HTML that is shown. */
export const clicked = async (subject: Subject, person: string, name: string, parameters: object) => {
  const { region, endpoint } = subject.aws.account
  const { accessKeyId } = subject.credentialsOf(person)
  const path = `/2015-03-31/functions/${encodeURIComponent(functionArn(subject, name))}/invocations`
  const response = await fetch(`${endpoint}${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/${region}/lambda/aws4_request, SignedHeaders=host, Signature=none`
    },
    body: JSON.stringify(event(parameters))
  })
  const answer: unknown = await response.json()
  return { status: response.status, html: typeof answer === "string" ? answer : JSON.stringify(answer) }
}

/** The answer of a function itself, whoever calls it. */
const invoked = async (subject: Subject, name: string, parameters: object): Promise<string> =>
  String((await subject.aws.lambda.invoke(functionArn(subject, name), event(parameters))).payload)

/** Of letters alone, which no fingerprint takes out. */
const uniqueReason = () =>
  `refused ${randomUUID()
    .replaceAll("-", "")
    .replace(/\d/g, (digit) => "ghijklmnop"[Number(digit)] ?? "")}`

const textOf = (html: string): string =>
  html
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim()

const historyWhy = "Kept for an operator, in an exercise."

/** A failure that waits, as the healer writes it; with an archive object or without. */
const waiting = async (subject: Subject, site: Site, reason: string) => {
  const lineageId = randomUUID()
  const at = new Date(Date.now() - 1000).toISOString()
  const className = "AuthFailure"
  const mark = fingerprint({ class: className, reason })
  await subject.putItem(placeOf(subject, site, "failuresTableName"), {
    ...{ lineageId, revision: 1, status: "awaiting-operator", class: className, fingerprint: mark, reason, why: "w" },
    ...{ firstFailureAt: at, lastFailureAt: at, attempts: 0, deadLetters: [] },
    archiveKey: `class=AUTH_FAILURE/${lineageId}.json`,
    history: [{ at, act: "archived", why: historyWhy }]
  })
  return { lineageId, fingerprint: mark.slice(0, 14) }
}

const lists = (site: Site): Exercise => ({
  name: `${site.name}: the dashboard lists failures in groups, each with the history of an example`,
  expected: "listed, with its history",
  run: async (subject) => {
    const { lineageId } = await waiting(subject, site, uniqueReason())
    const html = await invoked(subject, `${site.name}-widget`, {})
    if (!html.includes(lineageId)) return textOf(html).slice(0, 200)
    return html.includes(historyWhy) ? "listed, with its history" : "listed, without its history"
  }
})

/** A body that the site's consumer takes. */
const bodyOf = (site: Site, lineageId: string): string =>
  JSON.stringify(site.fifo ? {} : { orderId: lineageId, itemName: "Laptop", quantity: 1, userId: "U1" })

/** Has the main queue delivered until the promise is settled. */
const whileDelivering = async <A>(subject: Subject, site: Site, promise: Promise<A>): Promise<A> => {
  const over = new AbortController()
  const settled = promise.finally(() => over.abort())
  settled.catch(() => undefined)
  while (!over.signal.aborted) {
    await subject.aws.lambda.deliver(placeOf(subject, site, "mainQueueArn"))
    await new Promise((resolve) => setImmediate(resolve))
  }
  return settled
}

/** A message that the healer has archived for an operator: what the replay of its group is asked for. */
const archivedGroup = async (subject: Subject, site: Site) => {
  const reason = uniqueReason()
  const lineageId = randomUUID()
  await deadLetter(subject, site, { class: "AuthFailure", reason }, lineageId, {}, bodyOf(site, lineageId))
  await subject.aws.lambda.deliver(placeOf(subject, site, "deadLetterQueueArn"))
  return { fingerprint: fingerprint({ class: "AuthFailure", reason }).slice(0, 14), status: "awaiting-operator" }
}

const recoveredOf = (html: string): string => /Replayed [^.]*\./.exec(textOf(html))?.[0] ?? textOf(html).slice(0, 200)

const allRecovered = "Replayed 1 of 1 message: 1 recovered, 0 failed again, 0 left alone."

const replays = (site: Site): Exercise => ({
  name: `${site.name}: the dashboard replays a group`,
  expected: allRecovered,
  run: async (subject) => {
    const group = await archivedGroup(subject, site)
    return recoveredOf(await whileDelivering(subject, site, invoked(subject, `${site.name}-replay`, group)))
  }
})

const leavesAlone = (site: Site): Exercise => ({
  name: `${site.name}: a message whose archive object is gone is left alone, and does not end the run`,
  expected: "Replayed 0 of 1 message: 0 recovered, 0 failed again, 1 left alone. Its archive object is missing.",
  run: async (subject) => {
    const group = await waiting(subject, site, uniqueReason())
    const parameters = { fingerprint: group.fingerprint, status: "awaiting-operator" }
    const html = await invoked(subject, `${site.name}-replay`, parameters)
    return `${recoveredOf(html)} ${/Its archive object is missing\./.exec(html)?.[0] ?? ""}`
  }
})

const goesOn = (site: Site): Exercise => ({
  name: `${site.name}: the dashboard goes on with a run`,
  expected: "All that was selected is dealt with.",
  run: async (subject) => {
    const runId = `20260101000000-${randomUUID().slice(0, 8)}`
    const snapshotKey = `replays/run=${runId}/snapshot.json`
    const startedAt = new Date().toISOString()
    await subject.administrator.s3.send(
      new PutObjectCommand({
        Bucket: placeOf(subject, site, "archiveBucketName"),
        Key: snapshotKey,
        Body: JSON.stringify({ version: 1, runId, messages: [] })
      })
    )
    await subject.putItem(placeOf(subject, site, "failuresTableName"), {
      ...{ lineageId: `replay#${runId}`, version: 1, runId, revision: 1, startedAt, criteria: {}, snapshotKey },
      ...{ messagesPerSecond: 10, outcomeSeconds: 30, confirmations: true, selected: 0, cursor: 0, replayed: 0 },
      ...{ skipped: 0, recovered: 0, failedAgain: 0, pending: [], ended: "stopped", why: "w", expiresAt: 4_000_000_000 }
    })
    const html = await invoked(subject, `${site.name}-replay`, { resume: runId })
    return /All that was selected is dealt with\./.exec(html)?.[0] ?? textOf(html).slice(0, 200)
  }
})

const looks = (person: string): Exercise => ({
  name: `${person}: sees the failure groups on the dashboard`,
  expected: "200, listed",
  run: async (subject) => {
    const { lineageId } = await waiting(subject, sites.orders, uniqueReason())
    const { status, html } = await clicked(subject, person, "orders-widget", {})
    return `${status}, ${html.includes(lineageId) ? "listed" : textOf(html).slice(0, 200)}`
  }
})

const mends = (person: string): Exercise => ({
  name: `${person}: replays a group on the dashboard, after a dry run`,
  expected: `1 message would be replayed; ${allRecovered}`,
  run: async (subject) => {
    const group = await archivedGroup(subject, sites.orders)
    const dry = await clicked(subject, person, "orders-replay", { ...group, dryRun: true })
    const pressed = clicked(subject, person, "orders-replay", group)
    const { html } = await whileDelivering(subject, sites.orders, pressed)
    return `${/^\d+ messages? would be replayed/.exec(textOf(dry.html))?.[0]}; ${recoveredOf(html)}`
  }
})

const isRefused: Exercise = {
  name: "reader: may look at the dashboard's button, and not press it",
  expected: "403; still there, nothing sent",
  forbids: true,
  run: async (subject) => {
    const group = await archivedGroup(subject, sites.orders)
    const { status } = await clicked(subject, "reader", "orders-replay", group)
    const items = await subject.items(subject.output("failuresTableName"))
    const waits = items.some(
      (item) => item["status"] === "awaiting-operator" && String(item["fingerprint"]).startsWith(group.fingerprint)
    )
    const main = subject.depth(placeOf(subject, sites.orders, "mainQueueArn"))
    return `${status}; ${waits ? "still there" : "gone"}, ${main === "empty" ? "nothing sent" : main}`
  }
}

/** What the functions behind the dashboards have to be able to do, and the people who look at them. */
export const dashboards: ReadonlyArray<Exercise> = [
  ...Object.values(sites).map(lists),
  ...[sites.orders, sites.invoices].flatMap((site: Site) => [replays(site), leavesAlone(site), goesOn(site)]),
  ...["reader", "operator", "administrator"].map(looks),
  ...["operator", "administrator"].map(mends),
  isRefused
]
