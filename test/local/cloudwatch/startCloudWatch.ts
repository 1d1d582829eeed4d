/** CloudWatch alone, with a clock and a topic of the test's own. */
import { afterEach } from "vitest"
import { createCloudWatch } from "../../../local/cloudwatch/createCloudWatch.ts"
import { createResource } from "../createResource.ts"
import { manualClock } from "../ManualClock.ts"

export const account = { accountId: "123456789012", region: "eu-central-1", endpoint: "http://127.0.0.1:9" }
export const topic = "arn:aws:sns:eu-central-1:123456789012:alerts"

const closing: Array<() => void> = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** Starts CloudWatch; `publish` is called at each notification, and may refuse it. */
export const startCloudWatch = (publish?: () => void) => {
  const clock = manualClock()
  const published: Array<{ topicArn: string; subject: string; message: Record<string, unknown>; sourceArn: string }> =
    []
  const cloudwatch = createCloudWatch({
    account,
    clock,
    sns: {
      publish: (topicArn, { subject, message }, { sourceArn }) => {
        publish?.()
        published.push({ topicArn, subject, message: JSON.parse(message), sourceArn })
      }
    }
  })
  closing.push(cloudwatch.close)
  return {
    clock,
    cloudwatch,
    published,
    create: (kind: string, inputs: Record<string, unknown>, name = "resource") =>
      createResource(
        cloudwatch.resources,
        `aws:cloudwatch/${kind[0]?.toLowerCase()}${kind.slice(1)}:${kind}`,
        inputs,
        name
      ),
    put: (value: number, name = "Errors") =>
      cloudwatch.putMetric({ namespace: "N", name, dimensions: { Queue: "q" }, value, at: clock.now() }),
    state: () => cloudwatch.alarms()[0]?.state
  }
}
