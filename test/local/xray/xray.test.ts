import { expect, it } from "vitest"
import type { Principal } from "../../../local/EmbeddedService.ts"
import { createXRay } from "../../../local/xray/XRay.ts"

const principal: Principal = { kind: "role", arn: "arn", roleName: "role", sessionName: "session" }

it.each([
  [["xray:PutTraceSegments", "xray:PutTelemetryRecords"], { segments: 1, telemetryRecords: 1 }],
  [["xray:PutTraceSegments"], { segments: 1, telemetryRecords: 0 }],
  [["xray:PutTelemetryRecords"], { segments: 0, telemetryRecords: 1 }],
  [[], { segments: 0, telemetryRecords: 0 }]
])("X-Ray gets what the role may send, with %j", (actions, expected) => {
  const xray = createXRay({ decide: (_who, { action }) => ({ allowed: actions.includes(action), message: "" }) })
  xray.record(principal, "orders")
  expect(xray.received("orders")).toEqual(expected)
  expect(xray.received("another")).toEqual({ segments: 0, telemetryRecords: 0 })
})
