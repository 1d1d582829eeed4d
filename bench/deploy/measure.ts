/** Evaluates the program as `pulumi up` does, and bundles its functions. */
import { fileURLToPath } from "node:url"
import { type Run, runProgram } from "../../test/pulumi-runtime/run.ts"
import { bundleOf, sizeOf } from "../consumer/bundles.ts"
import { median } from "../page/statistics.ts"
import { differences } from "./differences.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** The functions of the stack, by file. */
export const entries: ReadonlyArray<string> = [
  "orders/placeOrder.handler.ts",
  "orders/storeOrder.handler.ts",
  "orders/getOrder.handler.ts",
  "healer/healer.handler.ts",
  "widget/failureGroups.handler.ts",
  "widget/replayGroup.handler.ts"
]

/** The figures of a deployment. */
export interface Deployment {
  /** From the start of Pulumi's Node.js runtime to its end, bundling included; median. */
  readonly evaluateMilliseconds: number
  readonly bundles: ReadonlyArray<{
    readonly entry: string
    readonly bytes: number
    readonly gzipBytes: number
    readonly milliseconds: number
  }>
  /** How many resources of each type, components included. */
  readonly resources: ReadonlyMap<string, number>
  /** What a second evaluation registers differently. */
  readonly differences: ReadonlyArray<string>
}

/** The bundle of an entry and how large it is; the median time of making it. */
export const measureBundle = async (entry: string, runs: number) => {
  const url = new URL(`../../handlers/${entry}`, import.meta.url)
  const times: Array<number> = []
  let code = ""
  for (let run = 0; run < runs; run++) {
    const startedAt = performance.now()
    code = await bundleOf(url, "ours", true)
    times.push(performance.now() - startedAt)
  }
  return { entry, ...sizeOf(code), milliseconds: median(times) }
}

/** Evaluates the program of a stack. @throws An error with what it complained of, when it failed */
export const evaluate = async (stack: string): Promise<Run> => {
  const run = await runProgram(root, stack)
  if (run.exitCode !== 0)
    throw new Error(`The program failed: ${[...run.engine.complaints, run.standardError].join("\n")}`)
  return run
}

/** How many resources of each type a run has registered, the stack itself left out; by type. */
export const resourcesOf = ({ engine }: Pick<Run, "engine">): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const { type } of engine.resources)
    if (type !== "pulumi:pulumi:Stack") counts.set(type, (counts.get(type) ?? 0) + 1)
  return new Map([...counts].toSorted(([one], [other]) => (one < other ? -1 : 1)))
}

/** Measures a deployment. @param runs at least two: the second is compared with the first */
export const measureDeployment = async (
  stack: string,
  runs: number,
  say: (sentence: string) => void
): Promise<Deployment> => {
  const evaluations: Array<Run> = []
  const bundles = []
  for (let run = 0; run < runs; run++) {
    say(`evaluation ${run + 1} of ${runs} …`)
    evaluations.push(await evaluate(stack))
  }
  for (const entry of entries) {
    say(`${entry}: bundle …`)
    bundles.push(await measureBundle(entry, runs))
  }
  const [first, ...others] = evaluations
  if (first === undefined) throw new Error("Nothing was evaluated.")
  return {
    evaluateMilliseconds: median(evaluations.map(({ milliseconds }) => milliseconds)),
    bundles,
    resources: resourcesOf(first),
    differences: others.flatMap((other) => differences(first.engine.resources, other.engine.resources))
  }
}
