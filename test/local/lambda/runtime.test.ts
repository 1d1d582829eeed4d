import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { fakeSqs } from "./FakeSqs.ts"
import { account, startLambda } from "./lambdaHarness.ts"

const harness = () => startLambda(fakeSqs("arn:aws:sqs:eu-central-1:123456789012:queue"))
let started: Awaited<ReturnType<typeof harness>>

beforeAll(async () => {
  started = await harness()
})
afterAll(() => started.lambda.close())

/** Deploys and invokes once. */
const run = async (name: string, source: string, inputs: Record<string, unknown> = {}, event: unknown = {}) =>
  started.lambda.invoke(await started.deploy(name, source, inputs), event)

const linesOf = (name: string) => started.cloudwatch.logs(`/aws/lambda/${name}`).map(({ message }) => message)

describe("a function", () => {
  it("answers its event, and sees a context like Lambda's", async () => {
    const source = `export const handler = async (event, context) => ({
      event, remaining: context.getRemainingTimeInMillis(), name: context.functionName, arn: context.invokedFunctionArn,
      memory: context.memoryLimitInMB, requestId: context.awsRequestId, group: context.logGroupName, stream: context.logStreamName })`
    const result = await run("context", source, { memorySize: 256, timeout: 7 }, { a: [1, "ü"] })
    expect(result.error).toBeUndefined()
    expect(result.payload).toEqual({
      event: { a: [1, "ü"] },
      remaining: expect.any(Number),
      name: "context",
      arn: `arn:aws:lambda:eu-central-1:${account.accountId}:function:context`,
      memory: "256",
      requestId: result.requestId,
      group: "/aws/lambda/context",
      stream: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/)
    })
    expect(result.payload).toHaveProperty(
      "remaining",
      expect.toSatisfy((ms: number) => ms > 5000 && ms <= 7000)
    )
  })

  it("sees Lambda's variables and its own, and nothing of this machine's environment", async () => {
    process.env["SECRET_OF_THIS_MACHINE"] = "x"
    const result = await run("environment", "export const handler = async () => process.env", {
      environment: { variables: { MINE: "1" } }
    })
    delete process.env["SECRET_OF_THIS_MACHINE"]
    expect(result.payload).toMatchObject({
      MINE: "1",
      AWS_ENDPOINT_URL: account.endpoint,
      AWS_REGION: account.region,
      AWS_LAMBDA_FUNCTION_NAME: "environment",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
      _HANDLER: "index.handler"
    })
    expect(result.payload).not.toHaveProperty("SECRET_OF_THIS_MACHINE")
    const keyId = String(Object(result.payload)["AWS_ACCESS_KEY_ID"])
    expect(started.iam.principalOf(keyId)).toMatchObject({ kind: "role", roleName: "environment-role" })
  })

  it("keeps its environment warm from one invocation to the next", async () => {
    const arn = await started.deploy(
      "warm",
      "let n = 0; export const handler = async () => ({ n: ++n, pid: process.pid })"
    )
    const first = await started.lambda.invoke(arn, {})
    const second = await started.lambda.invoke(arn, {})
    expect(first.payload).toMatchObject({ n: 1 })
    expect(second.payload).toEqual({ n: 2, pid: Object(first.payload)["pid"] })
  })

  it("reports what its handler throws, with type, message and stack", async () => {
    const source = "export const handler = async () => { throw new TypeError('no such thing') }"
    const { error, payload } = await run("throws", source)
    expect(payload).toBeUndefined()
    expect(error).toMatchObject({ errorType: "TypeError", errorMessage: "no such thing" })
    expect(error?.stackTrace?.join("\n")).toContain("index.mjs")
    expect(linesOf("throws").join("\n")).toMatch(
      /ERROR\tInvoke Error\tTypeError: no such thing|ERROR\tInvoke Error TypeError/
    )
  })

  it("is killed when its time is over, even in a busy loop, and the next invocation gets a new process", async () => {
    const source = "export const handler = async (event) => { if (event.loop) for (;;); return process.pid }"
    const arn = await started.deploy("busy", source, { timeout: 1 })
    const before = await started.lambda.invoke(arn, {})
    const timedOut = await started.lambda.invoke(arn, { loop: true })
    expect(timedOut.error).toEqual({
      errorType: "Sandbox.Timedout",
      errorMessage: `RequestId: ${timedOut.requestId} Error: Task timed out after 1.00 seconds`
    })
    expect(timedOut.durationMilliseconds).toBeGreaterThanOrEqual(990)
    const after = await started.lambda.invoke(arn, {})
    expect(after.error).toBeUndefined()
    expect(after.payload).not.toBe(before.payload)
    expect(linesOf("busy")).toContainEqual(expect.stringMatching(/ Task timed out after 1\.00 seconds$/))
  })

  it.each([
    ["exits", "process.exit(3)", "Runtime exited with error: exit status 3"],
    ["leaves", "process.exit(0)", "Runtime exited without providing a reason"],
    ["dies", "process.kill(process.pid, 'SIGKILL'); for (;;);", "Runtime exited with error: signal: killed"]
  ])("that %s is reported as a crash", async (name, statement, reason) => {
    const result = await run(name, `export const handler = async () => { ${statement} }`)
    expect(result.error).toEqual({
      errorType: "Runtime.ExitError",
      errorMessage: `RequestId: ${result.requestId} Error: ${reason}`
    })
  })

  it("that needs more memory than it has crashes", async () => {
    const source = "export const handler = async () => { const all = []; for (;;) all.push(new Array(1000).fill({})) }"
    const { error } = await run("memory", source, { timeout: 30 })
    expect(error?.errorType).toBe("Runtime.ExitError")
    expect(error?.errorMessage).toMatch(/signal: (aborted|trap)/)
  })

  it.each([
    ["module-missing", "import 'not-there'; export const handler = async () => 1", {}, "Runtime.ImportModuleError"],
    ["file-missing", "", { handler: "other.handler" }, "Runtime.ImportModuleError"],
    ["handler-missing", "export const other = 1", {}, "Runtime.HandlerNotFound"],
    ["handler-malformed", "", { handler: "index" }, "Runtime.MalformedHandlerName"],
    ["syntax", "export const handler = (", {}, "Runtime.UserCodeSyntaxError"],
    ["callback", "export const handler = (a, b, c) => c(1)", {}, "Runtime.CallbackHandlerDeprecated"],
    ["init-throws", "throw new RangeError('at once')", {}, "RangeError"]
  ])(
    "that cannot start (%s) fails each invocation with the runtime's error",
    async (name, source, inputs, errorType) => {
      expect((await run(name, source, inputs)).error?.errorType).toBe(errorType)
    }
  )

  it("with an unhandled rejection fails, and loses its environment", async () => {
    const source = `let n = 0; export const handler = async (event) => {
      if (event.reject) { Promise.reject(new Error("lost")); await new Promise((r) => setTimeout(r, 60_000)) } return ++n }`
    const arn = await started.deploy("rejects", source)
    expect((await started.lambda.invoke(arn, {})).payload).toBe(1)
    const { error } = await started.lambda.invoke(arn, { reject: true })
    expect(error).toMatchObject({ errorType: "Runtime.UnhandledPromiseRejection", errorMessage: "Error: lost" })
    expect((await started.lambda.invoke(arn, {})).payload).toBe(1)
  })

  it("whose promise nothing will settle fails instead of waiting", async () => {
    const { error } = await run("unsettled", "export const handler = () => new Promise(() => {})")
    expect(error?.errorType).toBe("Runtime.NodeJsExit")
  })

  it("refuses an answer over 6 MB, and an event over 6 MB", async () => {
    const arn = await started.deploy("large", "export const handler = async (e) => 'x'.repeat(e.size ?? 0)")
    const { error } = await started.lambda.invoke(arn, { size: 6_291_600 })
    expect(error?.errorType).toBe("Function.ResponseSizeTooLarge")
    await expect(started.lambda.invoke(arn, { text: "x".repeat(6_291_600) })).rejects.toThrow(
      "RequestEntityTooLargeException"
    )
  })
})

describe("a function's log", () => {
  it("holds START, the function's lines, END and REPORT, in this order", async () => {
    const source =
      "export const handler = async () => { console.log('a', { b: 1 }); console.error('two\\nlines'); process.stdout.write('raw') }"
    const { requestId } = await run("text-log", source)
    expect(linesOf("text-log")).toEqual([
      `START RequestId: ${requestId} Version: $LATEST`,
      expect.stringMatching(new RegExp(`^\\d{4}-.*Z\\t${requestId}\\tINFO\\ta \\{ b: 1 \\}$`)),
      expect.stringMatching(new RegExp(`\\t${requestId}\\tERROR\\ttwo\\rlines$`)),
      "raw",
      `END RequestId: ${requestId}`,
      expect.stringMatching(
        /^REPORT RequestId: .*\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB.*\tInit Duration: /
      )
    ])
  })

  it("is JSON when configured so, leaves JSON that the function writes as it is, and drops lines below the level", async () => {
    const source = `export const handler = async () => {
      console.debug("no"); console.info({ a: 1 }); console.warn("text"); process.stdout.write('{"_aws":{}}\\n'); console.error(new Error("e")) }`
    const { requestId } = await run("json-log", source, { loggingConfig: { logFormat: "JSON" } })
    const lines: Array<unknown> = linesOf("json-log").map((line) => JSON.parse(line))
    expect(lines).toMatchObject([
      { type: "platform.start", record: { requestId } },
      { level: "INFO", requestId, message: { a: 1 } },
      { level: "WARN", message: "text" },
      { _aws: {} },
      { level: "ERROR", message: { errorType: "Error", errorMessage: "e" } },
      { type: "platform.report", record: { requestId, status: "success", metrics: { memorySizeMB: 128 } } }
    ])
  })

  it("is lost when the role may not write it", async () => {
    const role = await started.role("silent-role", ["sqs:ReceiveMessage"])
    const result = await run("silent", "export const handler = async () => { console.log('x') }", { role })
    expect(result.error).toBeUndefined()
    expect(linesOf("silent")).toEqual([])
  })
})

describe("limits and permissions", () => {
  it("throttles more invocations than the reserved concurrency", async () => {
    const source = "export const handler = async () => { await new Promise((r) => setTimeout(r, 300)); return 1 }"
    const arn = await started.deploy("reserved", source, { reservedConcurrentExecutions: 1 })
    const [first, second] = await Promise.all([started.lambda.invoke(arn, {}), started.lambda.invoke(arn, {})])
    expect(first.payload).toBe(1)
    expect(second).toMatchObject({ throttled: true, error: { errorType: "TooManyRequestsException" } })
    expect(
      started.metrics
        .filter(({ name, dimensions }) => name === "Throttles" && dimensions["FunctionName"] === "reserved")
        .map(({ value }) => value)
    ).toEqual([0, 1])
  })

  it("counts invocations, errors and durations", async () => {
    await run("counted", "export const handler = async () => { throw new Error('x') }")
    const of = (name: string) =>
      started.metrics.filter((datum) => datum.name === name && datum.dimensions["FunctionName"] === "counted")
    expect(of("Invocations")).toMatchObject([{ namespace: "AWS/Lambda", value: 1 }])
    expect(of("Errors")).toMatchObject([{ value: 1 }])
    expect(of("Duration")).toHaveLength(1)
  })

  it("makes a resource policy of its permissions", async () => {
    const arn = await started.deploy("permitted", "export const handler = async () => 1")
    expect(started.lambda.resourcePolicy(arn)).toBeUndefined()
    const provider = started.lambda.resources["aws:lambda/permission:Permission"]
    const sourceArn = "arn:aws:execute-api:eu-central-1:123456789012:abc/*/*"
    const inputs = {
      action: "lambda:InvokeFunction",
      function: "permitted",
      principal: "apigateway.amazonaws.com",
      sourceArn
    }
    await provider?.({ urn: "urn:1", name: "allow", type: "aws:lambda/permission:Permission", inputs })
    const decide = (from: string) =>
      started.iam.decide(
        { kind: "service", service: "apigateway.amazonaws.com" },
        {
          action: "lambda:InvokeFunction",
          resource: arn,
          resourcePolicy: started.lambda.resourcePolicy(arn),
          context: { "aws:SourceArn": from }
        }
      ).allowed
    expect(decide("arn:aws:execute-api:eu-central-1:123456789012:abc/$default/POST/orders")).toBe(true)
    expect(decide("arn:aws:execute-api:eu-central-1:123456789012:other/$default/POST/orders")).toBe(false)
  })
})

describe("a function's inputs", () => {
  const deploy = (inputs: Record<string, unknown>) => started.deploy(`refused-${randomUUID()}`, "", inputs)

  it.each([
    [{ layers: ["arn"] }, /"layers"/],
    [{ runtime: "python3.13" }, /"runtime".*python3\.13/],
    [{ timeout: 901 }, /"timeout"/],
    [{ memorySize: 64 }, /"memorySize"/],
    [{ environment: { variables: { AWS_REGION: "x" } } }, /Reserved keys used in this request: AWS_REGION/],
    [{ environment: { variables: { LONG: "x".repeat(5000) } } }, /exceeded the 4KB limit/],
    [{ role: "arn:aws:iam::123456789012:role/nobody" }, /nobody/]
  ])("%o are refused by name", async (inputs, message) => {
    await expect(deploy(inputs)).rejects.toThrow(message)
  })
})
