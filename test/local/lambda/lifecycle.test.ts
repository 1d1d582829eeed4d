import { existsSync } from "node:fs"
import { dirname } from "node:path"
import { describe, expect, it } from "vitest"
import { fakeSqs } from "./FakeSqs.ts"
import { account, startLambda } from "./lambdaHarness.ts"

const queueArn = "arn:aws:sqs:eu-central-1:123456789012:queue"
const whereAmI = "export const handler = async () => ({ pid: process.pid, folder: process.env.LAMBDA_TASK_ROOT })"

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe("Lambda", () => {
  it("leaves no process and no file when it is closed, not even of a function that never ends", async () => {
    const { lambda, deploy } = await startLambda(fakeSqs(queueArn))
    const { payload } = await lambda.invoke(await deploy("idle", whereAmI), {})
    const endless = await deploy("endless", "console.log(process.pid); export const handler = () => { for (;;); }", {
      timeout: 900
    })
    const running = lambda.invoke(endless, {})
    const { pid, folder } = Object(payload)
    expect([isAlive(pid), existsSync(folder)]).toEqual([true, true])
    await lambda.close()
    expect([isAlive(pid), existsSync(folder)]).toEqual([false, false])
    expect((await running).error?.errorType).toBe("Runtime.ExitError")
  })

  it("leaves no file of a function that was being created when it was closed", async () => {
    const { lambda, deploy, role } = await startLambda(fakeSqs(queueArn))
    const { payload } = await lambda.invoke(await deploy("first", whereAmI), {})
    // Enough of them to be still at it when everything else has been closed.
    const files = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`${index}.mjs`, Buffer.from("")]))
    const second = deploy("second", whereAmI, { role: await role("second-role"), code: { files } })
    await Promise.allSettled([second, lambda.close()])
    expect(existsSync(dirname(String(Object(payload).folder)))).toBe(false)
  })

  it("runs as many processes of a function as it may, and lets further invocations wait", async () => {
    const { lambda, deploy } = await startLambda(fakeSqs(queueArn), { maximumEnvironments: 2 })
    const source =
      "export const handler = async () => { await new Promise((r) => setTimeout(r, 20)); return process.pid }"
    const arn = await deploy("many", source)
    const results = await Promise.all(Array.from({ length: 8 }, () => lambda.invoke(arn, {})))
    expect(results.every(({ error }) => error === undefined)).toBe(true)
    expect(new Set(results.map(({ payload }) => payload)).size).toBe(2)
    await lambda.close()
  })

  it("gives the next invocation a new process when one dies while others wait", async () => {
    const { lambda, deploy } = await startLambda(fakeSqs(queueArn), { maximumEnvironments: 1 })
    const arn = await deploy("dying", "export const handler = async (e) => { if (e.die) process.exit(1); return 1 }")
    const results = await Promise.all([{ die: true }, {}, { die: true }, {}].map((event) => lambda.invoke(arn, event)))
    expect(results.map(({ payload, error }) => error?.errorType ?? payload)).toEqual([
      "Runtime.ExitError",
      1,
      "Runtime.ExitError",
      1
    ])
    await lambda.close()
  })
})

describe("Invoke over HTTP", () => {
  const request = (path: string, body: string, headers: Record<string, string> = {}) => ({
    principal: { kind: "administrator", arn: "arn:aws:iam::123456789012:root" } as const,
    method: "POST",
    url: new URL(path, "http://127.0.0.1"),
    headers,
    body: Buffer.from(body),
    signal: new AbortController().signal
  })
  const path = "/2015-03-31/functions/http/invocations"

  it("answers with the function's answer, marks its errors, and knows nothing else", async () => {
    const { lambda, deploy } = await startLambda(fakeSqs(queueArn))
    await deploy("http", "export const handler = async (e) => { if (e.fail) throw new TypeError('no'); return e }")
    expect(lambda.authorizations(request(path, "{}"))).toEqual([
      {
        action: "lambda:InvokeFunction",
        resource: `arn:aws:lambda:${account.region}:${account.accountId}:function:http`,
        resourcePolicy: undefined
      }
    ])
    const answer = await lambda.handle(request(path, '{"a":1}'))
    expect([answer.status, answer.body]).toEqual([200, '{"a":1}'])
    const failed = await lambda.handle(request(path, '{"fail":true}'))
    expect(failed.headers).toMatchObject({ "X-Amz-Function-Error": "Unhandled" })
    expect(JSON.parse(String(failed.body))).toMatchObject({ errorType: "TypeError", errorMessage: "no" })
    expect((await lambda.handle(request(path, "{"))).status).toBe(400)
    expect((await lambda.handle(request(path.replace("http", "none"), "{}"))).status).toBe(404)
    expect((await lambda.handle(request("/2015-03-31/functions", ""))).headers).toMatchObject({
      "x-amzn-ErrorType": "UnknownOperationException"
    })
    await lambda.close()
  })
})
