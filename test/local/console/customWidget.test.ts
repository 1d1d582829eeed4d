import { describe, expect, it } from "vitest"
import { callWidget, type WidgetCall } from "../../../local/console/customWidget.ts"

const call: WidgetCall = {
  dashboard: "shop",
  index: 4,
  from: 1,
  to: 2,
  theme: "dark",
  width: 300,
  height: 200,
  forms: { note: "n" }
}
const widget = { properties: { endpoint: "arn:widget", title: "Failures", params: { queue: "q", page: 1 } } }

const answering = (payload: unknown) => {
  const events: Array<{ readonly arn: string; readonly event: unknown }> = []
  const invoke = async (arn: string, event: unknown) => {
    events.push({ arn, event })
    return { requestId: "r", payload, durationMilliseconds: 1 }
  }
  return { lambda: { invoke }, events }
}

describe("a custom widget", () => {
  it("gets its own parameters and CloudWatch's context, and its HTML is shown", async () => {
    const { lambda, events } = answering("<p>hello</p>")
    expect(await callWidget(lambda, "123456789012", widget, call)).toEqual({ kind: "html", html: "<p>hello</p>" })
    expect(events).toMatchObject([
      {
        arn: "arn:widget",
        event: {
          queue: "q",
          page: 1,
          widgetContext: {
            dashboardName: "shop",
            theme: "dark",
            params: { queue: "q", page: 1 },
            forms: { all: { note: "n" } },
            timeRange: { start: 1, end: 2 }
          }
        }
      }
    ])
  })

  it("calls what an action names, with the action's parameters above its own", async () => {
    const { lambda, events } = answering({ markdown: "**done**" })
    const action = { endpoint: "arn:other", parameters: { page: 2 } }
    const answer = await callWidget(lambda, "123456789012", widget, { ...call, action })
    expect(answer).toEqual({ kind: "markdown", markdown: "**done**" })
    expect(events).toMatchObject([{ arn: "arn:other", event: { queue: "q", page: 2 } }])
  })

  it("says why a function has failed, or is not there", async () => {
    const failing = {
      invoke: async () => ({
        requestId: "r",
        error: { errorType: "Error", errorMessage: "no permission" },
        durationMilliseconds: 1
      })
    }
    expect(await callWidget(failing, "1", widget, call)).toEqual({ kind: "failed", reason: "no permission" })
    const missing = { invoke: () => Promise.reject(new Error("ResourceNotFoundException")) }
    expect(await callWidget(missing, "1", widget, call)).toEqual({
      kind: "failed",
      reason: "ResourceNotFoundException"
    })
  })
})
