import { describe, expect, it } from "vitest"
import { asyncInvocations, asyncPayloadLimitBytes } from "../../../local/lambda/asyncInvocation/asyncInvocations.ts"
import {
  type EventInvokeConfig,
  eventInvokeConfigResource
} from "../../../local/lambda/asyncInvocation/EventInvokeConfig.ts"
import type { LambdaFunction } from "../../../local/lambda/LambdaFunction.ts"
import type { InvocationResult } from "../../../local/lambda/LambdaService.ts"
import { createResource } from "../createResource.ts"
import { manualClock, settle, until } from "../ManualClock.ts"
import { account } from "./lambdaHarness.ts"

const functionArn = `arn:aws:lambda:${account.region}:${account.accountId}:function:notifier`
const queueArn = `arn:aws:sqs:${account.region}:${account.accountId}:undelivered`
const type = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"

const failed = { error: { errorType: "WebhookUnavailable", errorMessage: "The webhook answered 503." } }
const throttled = { throttled: true, error: { errorType: "TooManyRequestsException", errorMessage: "" } } as const

/** Lambda with one function that answers in this order; the last answer repeats. */
const setup = async (answers: ReadonlyArray<Partial<InvocationResult>>, config: Record<string, unknown> = {}) => {
  const clock = manualClock(Date.UTC(2026, 0, 31))
  const sent: Array<Record<string, unknown>> = []
  const counted: Array<string> = []
  const invoked: Array<{ readonly requestId: string | undefined; readonly at: number }> = []
  const refused = { send: false }
  const iam = { decide: () => ({ allowed: !refused.send, message: "" }) }
  const sqs = {
    queueArns: () => [queueArn],
    attributes: () => ({}),
    send: (_queueArn: string, { body }: { readonly body: string }) => {
      sent.push(JSON.parse(body))
      return { messageId: "m" }
    }
  }
  const target: LambdaFunction = {
    configuration: {
      ...{ functionName: "notifier", functionArn, runtime: "nodejs24.x", handler: "index.handler", roleArn: "" },
      ...{ timeoutSeconds: 3, memoryMegabytes: 128, environment: {}, logFormat: "JSON", files: {} },
      ...{ applicationLogLevel: "INFO", systemLogLevel: "INFO", logGroup: "", tracing: false, architectures: [] },
      reservedConcurrency: undefined
    },
    codeSha256: "",
    permissions: new Map(),
    principal: () => ({ kind: "administrator", arn: "" }),
    invoke: async (_event, requestId) => {
      const answer = answers[Math.min(invoked.length, answers.length - 1)]
      invoked.push({ requestId, at: clock.now() })
      return { requestId: requestId ?? "", durationMilliseconds: 1, ...answer }
    },
    setRecursiveLoop: () => undefined,
    inFlight: () => 0,
    recycle: async () => undefined,
    close: async () => undefined
  }
  const configs = new Map<string, EventInvokeConfig>()
  const create = (inputs: Record<string, unknown>) =>
    createResource(
      eventInvokeConfigResource({ iam, sqs, configs, find: () => target }),
      type,
      { functionName: "notifier", ...inputs },
      "notifier-invoke-config"
    )
  await create({ destinationConfig: { onFailure: { destination: queueArn } }, ...config })
  const events = asyncInvocations({
    ...{ clock, iam, sqs, configs },
    count: (name, metric) => void counted.push(`${name} ${metric}`)
  })
  return { events, target, clock, sent, counted, invoked, create, refused }
}

describe("an asynchronous invocation", () => {
  it("that succeeds is told to nobody", async () => {
    const { events, target, sent, invoked } = await setup([{ payload: "ok" }])
    const requestId = events.accept(target, { a: 1 })
    await until(() => events.pending() === 0)
    expect([invoked.map((each) => each.requestId), sent]).toEqual([[requestId], []])
  })

  it("that fails is run twice more, as the same request, and then told to the destination in Lambda's own record", async () => {
    const { events, target, clock, sent, counted, invoked } = await setup([failed])
    const requestId = events.accept(target, { a: 1 })
    await until(() => invoked.length === 1)
    await settle()
    clock.advance(999)
    await settle()
    expect(invoked).toHaveLength(1)
    clock.advance(1)
    await until(() => invoked.length === 2)
    await settle()
    clock.advance(2000)
    await until(() => sent.length === 1)
    expect(new Set(invoked.map((each) => each.requestId))).toEqual(new Set([requestId]))
    expect(invoked.map(({ at }) => at - (invoked[0]?.at ?? 0))).toEqual([0, 1000, 3000])
    expect(sent).toEqual([
      {
        version: "1.0",
        timestamp: "2026-01-31T00:00:03.000Z",
        requestContext: {
          requestId,
          functionArn: `${functionArn}:$LATEST`,
          condition: "RetriesExhausted",
          approximateInvokeCount: 3
        },
        requestPayload: { a: 1 },
        responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
        responsePayload: { errorType: "WebhookUnavailable", errorMessage: "The webhook answered 503.", trace: [] }
      }
    ])
    expect(counted).toEqual(["notifier AsyncEventsDropped"])
    expect(events.pending()).toBe(0)
  })

  it("is tried as often as is configured", async () => {
    const { events, target, sent, invoked } = await setup([failed], { maximumRetryAttempts: 0 })
    events.accept(target, {})
    await until(() => sent.length === 1)
    expect(invoked).toHaveLength(1)
  })

  it("whose function is throttled waits longer and longer without using up its retries, until it is too old", async () => {
    const { events, target, clock, sent, invoked } = await setup([throttled], { maximumEventAgeInSeconds: 60 })
    events.accept(target, { a: 1 })
    for (let second = 0; second < 70; second++) {
      await settle()
      clock.advance(1000)
    }
    await until(() => sent.length === 1)
    // After 1, 2, 4, 8, 16 and 32 seconds.
    expect(invoked).toHaveLength(6)
    expect(sent[0]).toEqual({
      version: "1.0",
      timestamp: expect.any(String),
      requestContext: {
        ...{ requestId: expect.any(String), functionArn: `${functionArn}:$LATEST` },
        ...{ condition: "EventAgeExceeded", approximateInvokeCount: 0 }
      },
      requestPayload: { a: 1 }
    })
  })

  it("that succeeds at last is told to the destination for successes, if there is one", async () => {
    const destination = { destination: queueArn }
    const { events, target, clock, sent } = await setup([failed, { payload: { done: true } }], {
      destinationConfig: { onSuccess: destination }
    })
    events.accept(target, {})
    await settle()
    clock.advance(1000)
    await until(() => sent.length === 1)
    expect(sent[0]).toMatchObject({
      requestContext: { condition: "Success", approximateInvokeCount: 2 },
      responseContext: { statusCode: 200, executedVersion: "$LATEST" },
      responsePayload: { done: true }
    })
  })

  it("whose destination may not be sent to any more is lost, and counted", async () => {
    const { events, target, sent, counted, refused } = await setup([failed], { maximumRetryAttempts: 0 })
    refused.send = true
    events.accept(target, {})
    await until(() => counted.length === 2)
    expect(counted).toEqual(["notifier AsyncEventsDropped", "notifier DestinationDeliveryFailures"])
    expect(sent).toEqual([])
  })

  it("does not go on once Lambda is closed", async () => {
    const { events, target, clock, sent, invoked } = await setup([failed])
    events.accept(target, {})
    await settle()
    events.close()
    clock.advance(10_000)
    await settle()
    expect([invoked.length, sent]).toEqual([1, []])
  })

  it("of more than 1 MB is refused", async () => {
    const { events, target } = await setup([{}])
    expect(() => events.accept(target, "x".repeat(asyncPayloadLimitBytes - 1))).toThrow(/RequestEntityTooLarge/)
  })
})

describe("the configuration of asynchronous invocation", () => {
  it.each([
    [{ maximumRetryAttempts: 3 }, /property "maximumRetryAttempts"/],
    [{ maximumEventAgeInSeconds: 59 }, /property "maximumEventAgeInSeconds"/],
    [{ maximumEventAgeInSeconds: 21_601 }, /property "maximumEventAgeInSeconds"/],
    [{ destinations: {} }, /does not know the property "destinations"/],
    [
      { destinationConfig: { onFailure: { destination: `${queueArn}-2` } } },
      /destinationConfig\.onFailure.*sends to queues that exist/
    ]
  ])("is refused where Lambda refuses it: %j", async (inputs, message) => {
    const { create } = await setup([{}])
    await expect(create(inputs)).rejects.toThrow(message)
  })

  it("is refused where the function's role may not send to the destination", async () => {
    const { create, refused } = await setup([{}])
    refused.send = true
    await expect(create({ destinationConfig: { onFailure: { destination: queueArn } } })).rejects.toThrow(
      "The function's execution role does not have permissions to call SendMessage"
    )
  })
})
