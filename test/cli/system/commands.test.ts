import { randomUUID } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { stripVTControlCharacters } from "node:util"
import { DeleteObjectCommand } from "@aws-sdk/client-s3"
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { evidenceAttributeName } from "../../../handlers/failure/Evidence.ts"
import { decodeEvidence } from "../../../handlers/failure/evidenceCodec.ts"
import { useInstance } from "../../../local/replayInstance.ts"
import { deadLetter, placeOf, sites } from "../../privileges/exercises/healing.ts"
import { type Subject, startSubject } from "../../privileges/startSubject.ts"
import { type Answer, type Typing, typed } from "../typed.ts"

const site = sites.orders
const directory = mkdtempSync(join(tmpdir(), "command line "))
const ordersFile = join(directory, "orders.json")
const invoicesFile = join(directory, "invoices.json")

let subject: Subject

/** Runs a command on the order system. */
const run = (argv: ReadonlyArray<string>, typing?: Typing): Promise<Answer> =>
  typed([...argv, "--outputs", ordersFile], typing)

const json = async (argv: ReadonlyArray<string>) => JSON.parse((await run([...argv, "--json"])).out)

/** Lets the healer work on all that is in the dead-letter queue. */
const heal = () => subject.aws.lambda.deliver(placeOf(subject, site, "deadLetterQueueArn"))

/** Has an order fail for good; answers its lineage. */
const fail = async (
  failure: { readonly class: string; readonly reason: string; readonly dependency?: string },
  orderId: string = randomUUID()
): Promise<string> => {
  const order = { orderId, itemName: "Laptop", quantity: 1, userId: "U1" }
  const lineageId = await deadLetter(subject, site, failure, randomUUID(), {}, JSON.stringify(order))
  await heal()
  return lineageId
}

const refused = { class: "AuthFailure", reason: "401 from the gateway", dependency: "payment-gateway" }

const statusOf = async (lineageId: string): Promise<unknown> =>
  (await subject.items(subject.output("failuresTableName"))).find((item) => item["lineageId"] === lineageId)?.["status"]

beforeAll(async () => {
  subject = await startSubject()
  const { endpoint, region } = subject.aws.account
  useInstance({ endpoint, region, administrator: subject.aws.iam.administrator })
  const names = [
    ...["orderQueueUrl", "deadLetterQueueUrl", "parkingQueueUrl", "failuresTableName", "archiveBucketName"],
    "ordersTableName"
  ]
  writeFileSync(ordersFile, JSON.stringify(Object.fromEntries(names.map((name) => [name, subject.output(name)]))))
  const urlOf = (place: string) => subject.aws.sqs.queueUrl(placeOf(subject, sites.invoices, place))
  writeFileSync(
    invoicesFile,
    JSON.stringify({
      invoicesQueueUrl: urlOf("mainQueueArn"),
      invoicesDeadLetterQueueUrl: urlOf("deadLetterQueueArn"),
      invoicesParkingQueueUrl: urlOf("parkingQueueArn"),
      invoicesFailuresTableName: placeOf(subject, sites.invoices, "failuresTableName"),
      invoicesArchiveBucketName: placeOf(subject, sites.invoices, "archiveBucketName"),
      otherFailuresTableName: "another"
    })
  )
})

beforeEach(() => subject.reset())

afterAll(async () => {
  rmSync(directory, { recursive: true })
  await subject.close()
})

describe("status", () => {
  it("says that nothing needs a person, then what failed and what to do, and exits with 3 where that is asked", async () => {
    const calm = await run(["status", "--exit-code"])
    expect(calm).toMatchObject({ exitCode: 0, error: "" })
    expect(calm.out).toMatch(/^nothing needs you · nothing known lost/)
    await fail(refused)
    const alarmed = await run(["status", "--exit-code"])
    expect(alarmed.exitCode).toBe(3)
    expect(alarmed.out).toMatch(/^1 needs you · nothing known lost/)
    expect(alarmed.out).toMatch(/1 × AUTH_FAILURE awaiting-operator, last .*: payment-gateway: 401 from the gateway/)
    expect(alarmed.out).not.toContain("→ Mend")
    expect((await run(["status", "--verbose"])).out).toMatch(
      /→ Mend the credential or the permission \(payment-gateway\); then replay\./
    )
    expect((await run(["status"])).exitCode).toBe(0)
    const { queues, groups, loss } = await json(["status"])
    expect(queues).toHaveLength(3)
    expect(groups).toMatchObject([{ class: "AuthFailure", count: 1 }])
    expect(loss.verdict).toBe("none-known")
  })

  it("has no escape codes when it is piped or NO_COLOR is set, and colours on a terminal, within its width", async () => {
    await fail(refused)
    const piped = await run(["status"])
    expect(piped.out).not.toContain("\u001b")
    const plain = await run(["status"], { outputIsTerminal: true, columns: 80, noColor: true })
    expect(plain.out).not.toContain("\u001b")
    expect(Math.max(...plain.out.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(80)
    const coloured = await run(["status"], { outputIsTerminal: true, columns: 80 })
    expect(coloured.out).toContain("\u001b[")
    const timeless = (text: string) => text.replace(/\d+ s ago|\d\d:\d\d:\d\dZ/g, "")
    expect(timeless(stripVTControlCharacters(coloured.out))).toBe(timeless(plain.out))
  })
})

describe("failures, show and explain", () => {
  it("list by class, status and time, a page at a time", async () => {
    const reason = `no quantity ${randomUUID().replaceAll(/[^a-z]/g, "")}`
    const lineages = [
      await fail({ class: "ValidationError", reason }),
      await fail({ class: "ValidationError", reason })
    ]
    const criteria = ["failures", "--class", "VALIDATION_ERROR", "--status", "archived", "--from", "2026-01-01"]
    const first = await json([...criteria, "--limit", "1"])
    const second = await json([...criteria, "--limit", "1", "--after", first.next])
    const found = [...first.failures, ...second.failures].map(
      ({ lineageId }: { readonly lineageId: string }) => lineageId
    )
    expect(new Set(found)).toEqual(new Set(lineages))
    const { out } = await run(criteria)
    for (const lineageId of lineages) expect(out).toContain(lineageId)
    expect((await run([...criteria, "--to", "2026-01-01"])).out).toBe("No failure matches.\n")
  })

  it("show a message by its correlation id, its body on request alone", async () => {
    const orderId = randomUUID()
    const lineageId = await fail(refused, orderId)
    const without = await run(["show", orderId])
    expect(without.out).toContain(lineageId)
    expect(without.out).toMatch(/archived {3}An operator has to act on AuthFailure/)
    expect(without.out).not.toContain("Laptop")
    expect((await run(["show", lineageId, "--body"])).out).toContain('"itemName":"Laptop"')
    expect(await run(["show", "nobody"])).toMatchObject({
      exitCode: 1,
      out: "",
      error: expect.stringMatching(/^The ledger knows no message with the lineage id or correlation id "nobody": .*\n$/)
    })
  })

  it("refuse a class that the policy does not know, and name those that it knows", async () => {
    const file = join(directory, "with policy.json")
    const recoveryPolicy = JSON.stringify({ OutOfStock: { action: "archive" } })
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(ordersFile, "utf8")), recoveryPolicy }))
    for (const argv of [["failures"], ["replay"], ["replay", "--dry-run"], ["discard", "--dry-run"]])
      expect(await typed([...argv, "--class", "Nope", "--outputs", file]), argv.join(" ")).toEqual({
        exitCode: 2,
        out: "",
        error: `--class is "Nope": outputs in ${file} knows AuthFailure, ValidationError, BadPayload, Timeout, DependencyFailure, Unknown, OutOfStock.\n`
      })
    expect(await typed(["failures", "--class", "OUT_OF_STOCK", "--outputs", file])).toMatchObject({ exitCode: 0 })
  })

  it("explain what is also the id of a failed message as that message", async () => {
    const orderId = `O${randomUUID().slice(0, 8)}`
    expect(await json(["explain", orderId])).not.toHaveProperty("lineageId")
    const lineageId = await fail(refused, orderId)
    expect(await json(["explain", orderId])).toMatchObject({ lineageId, status: "awaiting-operator" })
  })

  it("explain a message, and a text without any system", async () => {
    const explained = await json(["explain", await fail(refused)])
    expect(explained).toMatchObject({ class: "AuthFailure", rule: "evidence", status: "awaiting-operator" })
    expect(explained.next).toContain("then replay")
    const text = await run(["explain", "connect ECONNREFUSED 10.0.0.1:443"])
    expect(text).toMatchObject({ exitCode: 0 })
    expect(text.out).toMatch(/class +DependencyFailure \(DEPENDENCY_FAILURE\)/)
    expect(text.out).toContain("Re-queued up to 8 times within 48 h")
  })
})

describe("replay", () => {
  it("shows what it would send, sends it, and says what became of it", async () => {
    const lineageId = await fail(refused)
    const preview = await run(["replay", "--lineage-id", lineageId, "--dry-run"])
    expect(preview.out).toContain("1 message would be replayed")
    expect(await statusOf(lineageId)).toBe("awaiting-operator")
    const replaying = run([
      "replay",
      "--lineage-id",
      lineageId,
      "--by",
      "Ada",
      ...["--reason", "a new token", "--wait", "600"]
    ])
    const over = new AbortController()
    const answer = replaying.finally(() => over.abort())
    while (!over.signal.aborted) {
      await subject.aws.lambda.deliver(placeOf(subject, site, "mainQueueArn"))
      await new Promise((resolve) => setImmediate(resolve))
    }
    const { exitCode, out, error } = await answer
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: "Replayed 1 of 1 message: 1 recovered.\n" })
    expect(error).toMatch(/^Run \d{14}-[0-9a-f]{8}: 1 message selected\.\n/)
    expect((await run(["show", lineageId])).out).toMatch(/Replayed by Ada, run \S+ \(a new token\)\./)
  })

  it("ends in good order when it is interrupted, with 130 and the name that it is resumed by", async () => {
    const failure = { ...refused, reason: "interrupted while it is replayed" }
    const lineageIds = [await fail(failure), await fail(failure)]
    const { fingerprint } = await json(["show", lineageIds[0] ?? ""])
    const interrupted = new AbortController()
    const answer = await run(["replay", "--fingerprint", fingerprint, "--json"], {
      signal: interrupted.signal,
      // One is sent, and its outcome waited for.
      onError: () => interrupted.abort()
    })
    expect(answer.exitCode).toBe(130)
    const [, runId] = /replay --resume (\S+)/.exec(answer.error) ?? []
    expect(JSON.parse(answer.out)).toMatchObject({ runId, ended: "broken" })
    const resumed = await run(["replay", "--resume", runId ?? "", "--wait", "1"])
    // Nobody consumes: nothing becomes of the first one.
    expect(resumed).toMatchObject({ exitCode: 3 })
    expect(await Promise.all(lineageIds.map(statusOf))).toContain("replayed")
  })
})

describe("discard", () => {
  it("asks first, records who and why, and may be repeated", async () => {
    const lineageId = await fail({ class: "BadPayload", reason: "not JSON" })
    const argv = ["discard", "--class", "BadPayload", "--status", "archived", "--by", "Ada", "--reason", "a test"]
    expect(await run(argv)).toMatchObject({ exitCode: 2, error: expect.stringMatching(/it needs --yes\.\n$/) })
    const person = { inputIsTerminal: true, errorIsTerminal: true }
    const asked: Array<string> = []
    const ask = (answer: string) => (question: string) => {
      asked.push(question)
      return Promise.resolve(answer)
    }
    expect(await run(argv, { ...person, ask: ask("n") })).toMatchObject({ exitCode: 1, error: "Nothing was done.\n" })
    expect(await statusOf(lineageId)).toBe("archived")
    expect(await run(argv, { ...person, ask: ask("y") })).toMatchObject({
      exitCode: 0,
      out: "Discarded 1 of 1 message.\n"
    })
    expect(asked[0]).toMatch(/^Discard 1 message of outputs in .*\? \[y\/N\] $/)
    expect(await statusOf(lineageId)).toBe("discarded")
    expect((await run(["show", lineageId])).out).toContain("Discarded by Ada: a test")
    const again = await run(["discard", lineageId, "--by", "Ada", "--reason", "again"])
    expect(again).toMatchObject({ exitCode: 0, out: "Discarded 0 of 1 message: 1 discarded before.\n" })
    // What is discarded is not replayed.
    expect((await run(["replay", "--lineage-id", lineageId, "--dry-run"])).out).toBe("Nothing matches.\n")
  })
})

describe("drain-parking", () => {
  it("sends parked messages back, each with its lineage, and audits itself", async () => {
    const parking = placeOf(subject, site, "parkingQueueArn")
    const dead = placeOf(subject, site, "deadLetterQueueArn")
    const messageId = await subject.send(parking, { body: "a body", attributes: { color: "blue" } })
    expect((await run(["drain-parking", "--dry-run"])).out).toBe("About 1 message would be sent back.\n")
    const { exitCode, out } = await run(["drain-parking", "--by", "Ada", "--reason", "mended", "--rate", "1000"])
    expect({ exitCode, out }).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/^Sent back 1 of about 1 message/)
    })
    expect(subject.depth(parking)).toBe("empty")
    const { Messages = [] } = await subject.administrator.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: subject.aws.sqs.queueUrl(dead), MessageAttributeNames: ["All"] })
    )
    const [message] = Messages
    expect(message?.Body).toBe("a body")
    expect(message?.MessageAttributes?.["color"]?.StringValue).toBe("blue")
    const evidence = decodeEvidence(message?.MessageAttributes?.[evidenceAttributeName]?.StringValue)
    expect(evidence?.lineageId).toBe(messageId)
    const [, runId] = /\(run (\S+)\)/.exec(out) ?? []
    const items = await subject.items(subject.output("failuresTableName"))
    expect(items.find((item) => item["lineageId"] === `drain#${runId}`)).toMatchObject({
      by: "Ada",
      reason: "mended",
      sent: 1
    })
    expect((await run(["drain-parking", "--by", "Ada", "--reason", "again"])).out).toMatch(/parking queue is empty/)
  })

  it("keeps the group of a FIFO message, and takes the queue by the prefix of its outputs", async () => {
    const parking = placeOf(subject, sites.invoices, "parkingQueueArn")
    for (const body of ["first", "second"]) await subject.send(parking, { body, group: "customer-1" })
    const argv = ["drain-parking", "--by", "Ada", "--reason", "mended", "--rate", "1000", "--outputs", invoicesFile]
    expect(await typed(argv)).toMatchObject({
      exitCode: 2,
      error: expect.stringMatching(/several queues .*--queue\.\n$/)
    })
    expect(await typed([...argv, "--queue", "invoices"])).toMatchObject({ exitCode: 0 })
    const dead = subject.aws.sqs.queueUrl(placeOf(subject, sites.invoices, "deadLetterQueueArn"))
    const { Messages = [] } = await subject.administrator.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: dead, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ["All"] })
    )
    expect(Messages.map(({ Body, Attributes }) => [Body, Attributes?.MessageGroupId])).toEqual([
      ["first", "customer-1"],
      ["second", "customer-1"]
    ])
  })
})

describe("reconcile", () => {
  it("finds what is missing, what is parked, and what was accepted and is nowhere, each with what to do", async () => {
    const before = await json(["reconcile"])
    expect(before.listed.filter(({ kind }: { readonly kind: string }) => kind !== "replay-broken")).toEqual([])
    const lineageId = await fail(refused)
    const { failures } = await json(["failures", "--class", "AuthFailure"])
    const { archiveKey } = failures.find((line: { readonly lineageId: string }) => line.lineageId === lineageId)
    const Bucket = subject.output("archiveBucketName")
    await subject.administrator.s3.send(new DeleteObjectCommand({ Bucket, Key: archiveKey }))
    await subject.send(placeOf(subject, site, "parkingQueueArn"), { body: "{}" })
    const accepted = join(directory, "accepted.txt")
    writeFileSync(accepted, "never-seen\n")
    const { exitCode, out } = await run(["reconcile", "--accepted", accepted])
    expect(exitCode).toBe(1)
    expect(out).toContain(`archive-object-missing: ${lineageId}`)
    expect(out).toContain("parked: parking queue")
    expect(out).toMatch(/accepted-unaccounted: never-seen\n.*neither stored nor failed/)
    expect(out).toContain("→ Send it again from its source: storing is idempotent.")
  })
})

describe("a command that cannot go on", () => {
  it("says why in one sentence, and exits with 1", async () => {
    const partial = join(directory, "partial.json")
    writeFileSync(partial, JSON.stringify({ failuresTableName: "none-of-that-name" }))
    for (const argv of [["status"], ["replay"], ["drain-parking", "--by", "A", "--reason", "r"], ["reconcile"]]) {
      const { exitCode, out, error } = await typed([...argv, "--outputs", partial])
      expect({ exitCode: exitCode === 0 ? 0 : 1, out }, argv.join(" ")).toEqual({ exitCode: 1, out: "" })
      expect(error.trim().split("\n"), argv.join(" ")).toHaveLength(1)
    }
  })
})
