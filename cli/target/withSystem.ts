/** Runs a command's program on the system that its flags name. */
import { ConfigProvider, Effect, Layer } from "effect"
import { DynamoDb } from "../../handlers/aws/DynamoDb.ts"
import { ObjectListing } from "../../handlers/aws/ObjectListing.ts"
import { QueueInspection } from "../../handlers/aws/QueueInspection.ts"
import { S3 } from "../../handlers/aws/S3.ts"
import { Sqs } from "../../handlers/aws/Sqs.ts"
import { HealerLedger } from "../../handlers/ledger/HealerLedger.ts"
import { useInstance } from "../../local/replayInstance.ts"
import { Refusal } from "../Refusal.ts"
import { root } from "../root.ts"
import type { Session } from "../Session.ts"
import { findSystem, type System } from "./findSystem.ts"
import { regionOf, type SystemOutputs } from "./systemOutputs.ts"

/** The services that commands' programs use. */
export type SystemServices = DynamoDb | HealerLedger | ObjectListing | QueueInspection | S3 | Sqs

/** Outputs that a program cannot do without. */
export type Needed = keyof SystemOutputs

/**
 * The SDK's clients find credentials by themselves, as everywhere: environment, profile, SSO. The region is that of the
 * system's queues, whatever the profile says.
 */
const useAws = ({ queueUrl, deadLetterQueueUrl, parkingQueueUrl }: SystemOutputs): void => {
  const region = regionOf(queueUrl) ?? regionOf(deadLetterQueueUrl) ?? regionOf(parkingQueueUrl)
  if (region !== undefined) process.env["AWS_REGION"] = region
}

const configOf = ({ queueUrl, archiveBucketName, failuresTableName, parkingQueueUrl }: SystemOutputs) =>
  ConfigProvider.layer(
    ConfigProvider.fromUnknown({
      ...(queueUrl === undefined ? {} : { MAIN_QUEUE_URL: queueUrl }),
      ...(archiveBucketName === undefined ? {} : { ARCHIVE_BUCKET: archiveBucketName }),
      ...(failuresTableName === undefined ? {} : { FAILED_TABLE: failuresTableName }),
      FIFO: String((queueUrl ?? parkingQueueUrl ?? "").endsWith(".fifo"))
    })
  )

const refuseMissing = (system: System, needed: ReadonlyArray<Needed>): Effect.Effect<void, Refusal> => {
  const missing = needed.filter((name) => system.outputs[name] === undefined)
  return missing.length === 0
    ? Effect.void
    : Effect.fail(
        new Refusal({
          message: `This needs ${missing.join(", ")}, which ${system.name} does not name; its outputs are: ${system.outputNames.join(", ") || "none"}. Export them from the program, or give them with --outputs FILE.`
        })
      )
}

/**
 * Runs a program on the system that the shared flags name.
 *
 * @param needed outputs without which it is refused, in one sentence
 */
export const withSystem = Effect.fnUntraced(function* <A, E>(
  needed: ReadonlyArray<Needed>,
  program: (system: System) => Effect.Effect<A, E, SystemServices | Session>
) {
  const system = yield* findSystem(yield* root)
  yield* refuseMissing(system, needed)
  if (system.instance === undefined) useAws(system.outputs)
  else useInstance(system.instance)
  const services = HealerLedger.layer.pipe(
    Layer.provideMerge(Layer.mergeAll(DynamoDb.layer, ObjectListing.layer, QueueInspection.layer, S3.layer, Sqs.layer)),
    Layer.provideMerge(configOf(system.outputs))
  )
  return yield* program(system).pipe(Effect.provide(services))
})
