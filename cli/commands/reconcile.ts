/** `reconcile`: the conservation check on a live system. */
import { createReadStream } from "node:fs"
import { access } from "node:fs/promises"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { reconcile as reconcileSystem } from "../../handlers/operations/reconcile.ts"
import type { Discrepancy } from "../../handlers/operations/reconcileDiscrepancies.ts"
import { given, text } from "../flags.ts"
import { progressReport } from "../progress.ts"
import { exitCodes, Refusal, refuse, sentenceOf } from "../Refusal.ts"
import { inputLines, linesOf } from "../readInput.ts"
import { root } from "../root.ts"
import { Session } from "../Session.ts"
import { queueUrlsOf } from "../target/systemOutputs.ts"
import { withSystem } from "../target/withSystem.ts"
import { described } from "../text/described.ts"
import { discrepancyText, reconciledText } from "../text/operatorText.ts"

/** With `--json` one document holds them: so many at most, and the count of all. */
const maxListed = 10_000

const idsOf = Effect.fnUntraced(function* (path: string) {
  if (path === "-") return yield* Effect.map(Session, ({ input }) => inputLines(input))
  yield* Effect.tryPromise({
    try: () => access(path),
    catch: () => refuse(`--accepted: the file "${path}" cannot be read.`)
  })
  return linesOf(() => createReadStream(path))
})

/** `reconcile`. */
export const reconcile = Command.make(
  "reconcile",
  {
    accepted: text("accepted", "FILE", "Ids of what was accepted, one a line; - for standard input"),
    table: text("table", "NAME", "Where processed messages are stored (the output ordersTableName)"),
    key: text("key", "ATTRIBUTE", "The table's key, which is the correlation id (orderId)")
  },
  Effect.fn(function* (flags) {
    const { json } = yield* root
    const session = yield* Session
    const path = yield* given("accepted", flags.accepted)
    const tableName = yield* given("table", flags.table)
    const key = (yield* given("key", flags.key)) ?? "orderId"
    const ids = path === undefined ? undefined : yield* idsOf(path)
    yield* withSystem(["failuresTableName", "archiveBucketName"], (system) =>
      Effect.gen(function* () {
        const { archiveBucketName = "", ordersTableName } = system.outputs
        const name = tableName ?? ordersTableName
        if (ids !== undefined && name === undefined)
          return yield* refuse(
            "--accepted needs --table: where processed messages are stored is not among the outputs."
          )
        const report = yield* progressReport
        const listed: Array<Discrepancy> = []
        const found = (discrepancy: Discrepancy): void => {
          if (!json) {
            report.end()
            session.out(`${discrepancyText(discrepancy, session.width)}\n`)
          } else if (listed.length < maxListed) listed.push(discrepancy)
        }
        const summary = yield* reconcileSystem({
          queues: queueUrlsOf(system.outputs),
          archiveBucket: archiveBucketName,
          ...(ids === undefined || name === undefined ? {} : { accepted: { ids, table: { name, key } } }),
          onDiscrepancy: found,
          onProgress: (looked) => report({ done: looked, of: undefined, text: "items, objects and ids looked at." })
        }).pipe(
          Effect.mapError((error) =>
            error instanceof Refusal
              ? error
              : new Refusal({
                  message: `Not everything could be looked at. ${sentenceOf(error)}`,
                  exitCode: exitCodes.incomplete
                })
          ),
          Effect.ensuring(Effect.sync(report.end))
        )
        yield* session.print(
          json
            ? JSON.stringify({ system: system.name, ...summary, listed })
            : reconciledText(summary, system.name, session.width)
        )
        if (summary.discrepancies > 0) yield* session.exitWith(exitCodes.failed)
        else if (!summary.complete) yield* session.exitWith(exitCodes.incomplete)
      })
    )
  })
).pipe(
  Command.withDescription(
    described([
      "Compares each item of the ledger with its archive object, each archive object with",
      "its item, what is on its way with what the queues hold, and, where --accepted says",
      "what was accepted, that with what is stored or has failed, and what is both. Each",
      "discrepancy comes with what to do. Reads only, page by page. Needs the reader's",
      "policy; --accepted needs dynamodb:GetItem on the table as well.",
      "",
      "Exit codes: 0 everything fits, 1 discrepancies, 2 the arguments make no sense, 4 not",
      "everything could be looked at, 130 it was interrupted."
    ])
  ),
  Command.withShortDescription("Is anything lost? Each message, not counts alone"),
  Command.withExamples([
    { command: "resilient-queue reconcile" },
    { command: "resilient-queue reconcile --accepted ids.txt --json" }
  ])
)
