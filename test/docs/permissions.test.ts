import { describe, expect, it } from "vitest"
import { readPage } from "./pages.ts"

/** The rows of a table: its cells. */
const rowsOf = (text: string): ReadonlyArray<readonly string[]> =>
  [...text.matchAll(/^\| (.*) \|$/gm)].map(([, row = ""]) => row.split(" | "))

/** Actions as a cell names them: a service that is not named is that of the action before. */
const actionsIn = (cell: string): readonly string[] => {
  let service = ""
  return [...cell.matchAll(/`(?:([a-z]+):)?([A-Z]\w+)`/g)].map(([, named, action]) => {
    service = named ?? service
    return `${service}:${action}`
  })
}

const sectionOf = (page: string, heading: string): string => {
  const [, after = ""] = readPage(page).split(`${heading}\n`)
  return after.split(/^#{1,3} /m)[0] ?? ""
}

/** What a role may do, as the program makes it; its own log and traces left out, as every function has those. */
const ofRole = (role: string): readonly string[] =>
  rowsOf(sectionOf("docs/security/statements.md", `### ${role}`))
    .flatMap(([actions = ""]) => actionsIn(actions))
    .filter((action) => !/^(?:logs|xray):/.test(action))

const onPage = (page: string, who: RegExp, columns: readonly [who: number, actions: number]): readonly string[] =>
  rowsOf(sectionOf(page, "## Permissions")).flatMap((row) =>
    columns[0] < 0 || who.test(row[columns[0]] ?? "") ? actionsIn(row[columns[1]] ?? "") : []
  )

const queue = "docs/resilient-queue.md"
const orders = "docs/order-pipeline.md"
const consumer = onPage(queue, /consumer|^all$/, [0, 1])
const sorted = (actions: readonly string[]) => [...new Set(actions)].toSorted()

describe("the permissions on a component's page", () => {
  it.each([
    ["a queue's consumer", consumer, ["invoices-consumer-role"]],
    ["a queue's healer", onPage(queue, /healer|^all$/, [0, 1]), ["invoices-healer-role", "orders-healer-role"]],
    ["the producer of orders", onPage(orders, /producer/, [0, 1]), ["orders-place-order-role"]],
    ["getOrder", onPage(orders, /getOrder/, [0, 1]), ["orders-get-order-role"]],
    ["the consumer of orders", [...consumer, ...onPage(orders, /consumer/, [0, 1])], ["orders-consumer-role"]],
    [
      "the healer of adopted queues",
      onPage("docs/adopting-a-queue.md", /./, [-1, 0]),
      ["shipments-healer-role", "thumbnails-healer-role"]
    ]
  ])("are those that the program makes: %s", (_, named, roles) => {
    expect(sorted(named)).toEqual(sorted(roles.flatMap(ofRole)))
  })
})
