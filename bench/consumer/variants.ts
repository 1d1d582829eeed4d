/** What is compared: the same work, done in different ways. */
import type { Bundling } from "./bundles.ts"

/** One way to do the work. */
export interface Variant {
  readonly name: string
  /** What exports `handler`. */
  readonly entry: URL
  /** How its bundle is made. */
  readonly bundling: Bundling
}

const rival = (file: string): URL => new URL(`./variants/${file}.ts`, import.meta.url)

/** The consumer that uses nothing but the AWS SDK. */
export const handWritten = "hand-written"

/** Powertools at their fastest, doing the same work. */
export const powertools = "Powertools batch + parser"

/** The same, bundled as AWS CDK, AWS SAM and the Serverless Framework do. */
export const powertoolsByEsbuild = "Powertools batch + parser, by esbuild"

/** Our consumer: the very function that `OrderPipeline` deploys. */
export const ours = "ours"

/** What is compared; all but ours share what one writes for oneself. */
export const variants: ReadonlyArray<Variant> = [
  { name: handWritten, entry: rival("handWritten"), bundling: "settings" },
  { name: `${handWritten}, trimmed as ours`, entry: rival("handWritten"), bundling: "ours" },
  { name: `${handWritten}, by esbuild`, entry: rival("handWritten"), bundling: "esbuild" },
  { name: powertools, entry: rival("powertoolsParser"), bundling: "settings" },
  { name: `${powertools}, trimmed as ours`, entry: rival("powertoolsParser"), bundling: "ours" },
  { name: powertoolsByEsbuild, entry: rival("powertoolsParser"), bundling: "esbuild" },
  { name: `${powertools} with innerSchema`, entry: rival("powertoolsInnerSchema"), bundling: "settings" },
  { name: `${powertools} + idempotency`, entry: rival("powertoolsIdempotency"), bundling: "settings" },
  { name: ours, entry: new URL("../../handlers/orders/storeOrder.handler.ts", import.meta.url), bundling: "ours" }
]
