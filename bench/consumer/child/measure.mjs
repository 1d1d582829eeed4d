// Runs one bundle in a process of its own and says what that has cost. Plain JavaScript: nothing but the bundle is loaded.
import { readFileSync, writeSync } from "node:fs"

const { BUNDLE, EVENTS, BATCHES, WARM_UP } = process.env
const events = JSON.parse(readFileSync(EVENTS, "utf8"))
const context = {
  awsRequestId: "11111111-1111-4111-8111-111111111111",
  logGroupName: "/aws/lambda/orders",
  logStreamName: "2026/01/01/[$LATEST]0",
  getRemainingTimeInMillis: () => 30_000
}
// As Lambda does it: a CommonJS module is required.
const { handler } = BUNDLE.endsWith(".cjs")
  ? process.getBuiltinModule("node:module").createRequire(BUNDLE)(BUNDLE)
  : await import(BUNDLE)
const first = await handler(events[0], context)

// Since the process began, Node's own start included.
const coldMilliseconds = performance.now()
const coldCpu = process.cpuUsage()
const coldMemory = process.memoryUsage()

const batches = Number(BATCHES)
const warmUp = Number(WARM_UP)
for (let batch = 0; batch < warmUp; batch++) await handler(events[batch % events.length], context)
let records = 0
const before = process.cpuUsage()
const started = performance.now()
for (let batch = 0; batch < batches; batch++) {
  const event = events[batch % events.length]
  await handler(event, context)
  records += event.Records.length
}
const milliseconds = performance.now() - started
const cpu = process.cpuUsage(before)
const memory = process.memoryUsage()

writeSync(
  3,
  JSON.stringify({
    unfinished: first.batchItemFailures.length,
    coldMilliseconds,
    coldCpuMilliseconds: (coldCpu.user + coldCpu.system) / 1000,
    coldMemoryBytes: coldMemory.rss,
    warmMicroseconds: records === 0 ? 0 : (cpu.user + cpu.system) / records,
    warmElapsedMicroseconds: records === 0 ? 0 : (milliseconds * 1000) / records,
    warmMemoryBytes: memory.rss
  })
)
process.exit(0)
