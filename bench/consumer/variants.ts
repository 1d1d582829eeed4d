/** What is compared: the same work, done in different ways. */
import type { Sdk } from "./bundles.ts"

/** One way to do the work. */
export interface Variant {
  readonly name: string
  /** What exports `handler`. */
  readonly entry: URL
  /** What its bundle holds of the AWS SDK. */
  readonly sdk: Sdk
}

const rival = (file: string): URL => new URL(`./variants/${file}.ts`, import.meta.url)

/** The consumer that uses nothing but the AWS SDK. */
export const handWritten = "hand-written"

/** Powertools at their fastest, doing the same work. */
export const powertools = "Powertools batch + parser"

/** Our consumer: the very function that `OrderPipeline` deploys. */
export const ours = "ours"

/** What is compared; all but ours share what one writes for oneself. */
export const variants: ReadonlyArray<Variant> = [
  { name: handWritten, entry: rival("handWritten"), sdk: "whole" },
  { name: `${handWritten}, SDK trimmed as ours`, entry: rival("handWritten"), sdk: "trimmed" },
  { name: powertools, entry: rival("powertoolsParser"), sdk: "whole" },
  { name: `${powertools}, SDK trimmed as ours`, entry: rival("powertoolsParser"), sdk: "trimmed" },
  { name: `${powertools} with innerSchema`, entry: rival("powertoolsInnerSchema"), sdk: "whole" },
  { name: `${powertools} + idempotency`, entry: rival("powertoolsIdempotency"), sdk: "whole" },
  { name: ours, entry: new URL("../../handlers/orders/storeOrder.handler.ts", import.meta.url), sdk: "trimmed" }
]
