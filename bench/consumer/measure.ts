/** Measures the variants, interleaved: each round runs each of them once. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { median } from "../page/statistics.ts"
import { bundleOf, extensionOf, sizeOf } from "./bundles.ts"
import { hundredRecords } from "./events.ts"
import { type ProcessCost, type ProcessOptions, runProcess } from "./runProcess.ts"
import { startStubAws } from "./stubAws.ts"
import type { handWritten, powertools, powertoolsByEsbuild, Variant } from "./variants.ts"

/** How much is measured. */
export interface MeasureOptions {
  /** Cold starts a variant. */
  readonly runs: number
  /** Warm runs a variant. */
  readonly warmRuns: number
  /** Batches of ten in a warm run, besides half as many before. */
  readonly batches: number
}

/** The figures of one variant. */
export interface ConsumerRow {
  readonly name: string
  readonly bytes: number
  readonly gzipBytes: number
  /** Bytes of the bundle without the AWS SDK. */
  readonly bytesWithoutSdk: number
  readonly gzipBytesWithoutSdk: number
  /** From the start of the process until the first batch of ten was answered; a median, as all that follows. */
  readonly coldStartMilliseconds: number
  readonly coldStartCpuMilliseconds: number
  /** CPU a record without the AWS SDK; one record in a hundred breaks a rule and is dead-lettered. */
  readonly warmMicroseconds: number
  /** The same where every record is dead-lettered. */
  readonly failedMicroseconds: number
  /** CPU a record with the AWS SDK, over HTTP. */
  readonly warmWithSdkMicroseconds: number
  /** Resident memory after the first batch. */
  readonly coldMemoryBytes: number
  /** Resident memory after the warm run with the AWS SDK. */
  readonly warmMemoryBytes: number
}

/** Sizes alone: they depend on the sources, and not on the machine. */
export const bundleSizes = async ({ entry, bundling }: Variant) => {
  const [whole, withoutSdk] = [
    sizeOf(await bundleOf(entry, bundling, true)),
    sizeOf(await bundleOf(entry, bundling, false))
  ]
  return { ...whole, bytesWithoutSdk: withoutSdk.bytes, gzipBytesWithoutSdk: withoutSdk.gzipBytes }
}

type Kind = "cold" | "warm" | "failed" | "sdk"

/** Measures the variants. @param say is told what is being done */
export const measure = async (
  variants: ReadonlyArray<Variant>,
  { runs, warmRuns, batches }: MeasureOptions,
  say: (sentence: string) => void
): Promise<ReadonlyArray<ConsumerRow>> => {
  const folder = mkdtempSync(join(tmpdir(), "bench-consumer-"))
  const stub = await startStubAws()
  try {
    const events = Object.fromEntries(
      [0, 1, 100].map((failing) => {
        const path = join(folder, `failing-${failing}.json`)
        writeFileSync(path, JSON.stringify(hundredRecords(failing)))
        return [failing, path]
      })
    )
    const eventsOf = (failing: 0 | 1 | 100): string => events[failing] ?? ""
    const bundles: Array<{ readonly whole: string; readonly bare: string }> = []
    for (const [index, { entry, bundling, name }] of variants.entries()) {
      say(`${name}: bundle …`)
      const extension = extensionOf(bundling)
      const files = {
        whole: join(folder, `${index}.${extension}`),
        bare: join(folder, `${index}-without-sdk.${extension}`)
      }
      writeFileSync(files.whole, await bundleOf(entry, bundling, true))
      writeFileSync(files.bare, await bundleOf(entry, bundling, false))
      bundles.push(files)
    }
    const costs = new Map<string, Array<ProcessCost>>()
    const run = async (index: number, kind: Kind, options: Omit<ProcessOptions, "endpoint">) => {
      const key = `${index} ${kind}`
      const cost = await runProcess({ ...options, endpoint: stub.endpoint })
      if (cost.unfinished > 0) throw new Error(`${variants[index]?.name} left ${cost.unfinished} records of a batch.`)
      costs.set(key, [...(costs.get(key) ?? []), cost])
    }
    for (let round = 0; round < runs; round++) {
      say(`cold starts, round ${round + 1} of ${runs} …`)
      for (const [index, { whole }] of bundles.entries())
        await run(index, "cold", { bundle: whole, events: eventsOf(0), batches: 0, warmUp: 0 })
    }
    for (let round = 0; round < warmRuns; round++) {
      say(`warm runs, round ${round + 1} of ${warmRuns} …`)
      const warmUp = Math.ceil(batches / 2)
      for (const [index, { whole, bare }] of bundles.entries()) {
        await run(index, "warm", { bundle: bare, events: eventsOf(1), batches, warmUp })
        await run(index, "failed", { bundle: bare, events: eventsOf(100), batches: Math.ceil(batches / 5), warmUp })
        await run(index, "sdk", { bundle: whole, events: eventsOf(1), batches: Math.ceil(batches / 20), warmUp: 100 })
      }
    }
    const of = (index: number, kind: Kind, figure: keyof ProcessCost): number =>
      median((costs.get(`${index} ${kind}`) ?? []).map((cost) => cost[figure]))
    const rows: Array<ConsumerRow> = []
    for (const [index, variant] of variants.entries())
      rows.push({
        name: variant.name,
        ...(await bundleSizes(variant)),
        coldStartMilliseconds: of(index, "cold", "coldMilliseconds"),
        coldStartCpuMilliseconds: of(index, "cold", "coldCpuMilliseconds"),
        warmMicroseconds: of(index, "warm", "warmMicroseconds"),
        failedMicroseconds: of(index, "failed", "warmMicroseconds"),
        warmWithSdkMicroseconds: of(index, "sdk", "warmMicroseconds"),
        coldMemoryBytes: of(index, "cold", "coldMemoryBytes"),
        warmMemoryBytes: of(index, "sdk", "warmMemoryBytes")
      })
    return rows
  } finally {
    await stub.close()
    rmSync(folder, { recursive: true })
  }
}

/** What ours is compared with. */
export type Base = typeof handWritten | typeof powertools | typeof powertoolsByEsbuild

/** A row's figure over that of another, e.g. 0.8. */
export const ratio = (
  rows: ReadonlyArray<ConsumerRow>,
  name: string,
  base: Base,
  figure: Exclude<keyof ConsumerRow, "name">
): number => {
  const [one, other] = [rows.find((row) => row.name === name), rows.find((row) => row.name === base)]
  return one === undefined || other === undefined ? Number.NaN : one[figure] / other[figure]
}
