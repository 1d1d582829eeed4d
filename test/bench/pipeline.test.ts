import { spawn } from "node:child_process"
import { expect, test } from "vitest"
import { childCpuSeconds, childCpuSince } from "../../bench/pipeline/processes.ts"
import { limits, report } from "../../bench/pipeline/report.ts"
import type { PipelineRow } from "../../bench/pipeline/run.ts"

const row = (offered: number): PipelineRow => ({
  name: `${offered} a second`,
  offered,
  accepted: 10 * offered,
  stored: 10 * offered,
  storedPerSecond: offered,
  acceptedAfter: { p50: 9.96, p95: 30, p99: 40 },
  storedAfter: { p50: 20, p95: 50, p99: 60 },
  awsCpuMilliseconds: 5,
  functionCpuMilliseconds: 15,
  awsBusy: 0.5
})

test("what an order needs of the CPU says how many of them use up AWS's thread, and the machine", () => {
  expect(limits([row(5), row(10), row(20)], 2)).toEqual({ awsThread: 200, machine: 100, awsShare: 0.25 })
})

test("the report has a row a level, and the median of the starts", () => {
  const printed = report([row(5), row(10)], [4, 9, 5], 2)
  expect(printed).toContain("ready: 5.0 s (median of 3: 4.0, 9.0, 5.0)")
  expect(printed.match(/^\| \d+ a second/gm)).toHaveLength(2)
})

test.runIf(process.platform === "linux")(
  "the CPU of a child is counted from the moment that is asked about",
  async () => {
    const before = childCpuSeconds()
    const child = spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" })
    try {
      await expect.poll(() => childCpuSince(before), { timeout: 30_000 }).toBeGreaterThan(0.05)
    } finally {
      child.kill("SIGKILL")
    }
  }
)
