/** What people do with the command line, each with the policy that is an output for them. */
import { randomUUID } from "node:crypto"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { useInstance } from "../../../local/replayInstance.ts"
import { type Answer, typed } from "../../cli/typed.ts"
import type { Exercise } from "../Exercise.ts"
import type { Subject } from "../startSubject.ts"
import { deadLetter, placeOf, sites } from "./healing.ts"

const site = sites.orders

const outputNames = [
  "orderQueueUrl",
  "deadLetterQueueUrl",
  "parkingQueueUrl",
  "failuresTableName",
  "archiveBucketName"
] as const

/** Runs a command with a person's credentials. */
const command = async (subject: Subject, person: string, argv: ReadonlyArray<string>): Promise<Answer> => {
  const directory = mkdtempSync(join(tmpdir(), "command-"))
  const file = join(directory, "outputs.json")
  writeFileSync(file, JSON.stringify(Object.fromEntries(outputNames.map((name) => [name, subject.output(name)]))))
  const { endpoint, region } = subject.aws.account
  useInstance({ endpoint, region, administrator: subject.credentialsOf(person) })
  try {
    return await typed([...argv, "--outputs", file])
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** Has the healer archive a message as awaiting an operator; answers its lineage. */
const awaiting = async (subject: Subject): Promise<string> => {
  const failure = { class: "AuthFailure", reason: "401", dependency: "payment-gateway" }
  const lineageId = await deadLetter(subject, site, failure, randomUUID(), {}, JSON.stringify({ secret: "no" }))
  await subject.aws.lambda.deliver(placeOf(subject, site, "deadLetterQueueArn"))
  return lineageId
}

const looks = (person: string): ReadonlyArray<Exercise> => [
  {
    name: `${person}: asks for the status`,
    expected: "0: main, dead-letter, parking",
    run: async (subject) => {
      await awaiting(subject)
      const { exitCode, out, error } = await command(subject, person, ["status", "--json"])
      return exitCode === 0
        ? `${exitCode}: ${JSON.parse(out)
            .queues.map((queue: { readonly name: string }) => queue.name)
            .join(", ")}`
        : error
    }
  },
  {
    name: `${person}: lists failures, and shows one with its body`,
    expected: '0, 0: {"secret":"no"}',
    run: async (subject) => {
      const lineageId = await awaiting(subject)
      const listed = await command(subject, person, ["failures", "--json"])
      const shown = await command(subject, person, ["show", lineageId, "--body", "--json"])
      return `${listed.exitCode}, ${shown.exitCode}: ${shown.exitCode === 0 ? JSON.parse(shown.out).body.body : shown.error}`
    }
  },
  {
    name: `${person}: finds no message by a correlation id that nobody has`,
    expected: "1: The ledger knows no message",
    run: async (subject) => {
      const { exitCode, error } = await command(subject, person, ["show", randomUUID()])
      return `${exitCode}: ${error.slice(0, 27)}`
    }
  },
  {
    name: `${person}: reconciles`,
    expected: "everything looked at",
    run: async (subject) => {
      await awaiting(subject)
      const { exitCode, error } = await command(subject, person, ["reconcile", "--json"])
      return exitCode === 0 || exitCode === 1 ? "everything looked at" : error
    }
  }
]

const mends = (person: string): ReadonlyArray<Exercise> => [
  {
    name: `${person}: discards a message`,
    expected: "0: discarded",
    run: async (subject) => {
      const lineageId = await awaiting(subject)
      const { exitCode, error } = await command(subject, person, [
        ...["discard", lineageId, "--by", person, "--reason", "an exercise"]
      ])
      const items = await subject.items(subject.output("failuresTableName"))
      const found = items.find((item) => item["lineageId"] === lineageId)
      return exitCode === 0 ? `${exitCode}: ${String(found?.["status"])}` : error
    }
  },
  {
    name: `${person}: drains the parking queue, message by message`,
    expected: "0: parked: empty; dead letters: 1 visible",
    run: async (subject) => {
      const parking = placeOf(subject, site, "parkingQueueArn")
      await subject.send(parking, { body: "{}" })
      const argv = ["drain-parking", "--by", person, "--reason", "an exercise", "--rate", "1000"]
      const { exitCode, error } = await command(subject, person, argv)
      const dead = placeOf(subject, site, "deadLetterQueueArn")
      return exitCode === 0
        ? `${exitCode}: parked: ${subject.depth(parking)}; dead letters: ${subject.depth(dead)}`
        : error
    }
  }
]

/** What people do with the command line. */
export const commands: ReadonlyArray<Exercise> = [
  ...["reader", "operator", "administrator"].flatMap(looks),
  ...["operator", "administrator"].flatMap(mends)
]
