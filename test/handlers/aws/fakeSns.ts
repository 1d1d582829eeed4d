/** SNS in memory: it accepts what it is told and remembers it. */
import { Effect, Layer } from "effect"
import { type Notification, Sns } from "../../../handlers/aws/Sns.ts"
import { makeInjectedFailures } from "./injectedFailures.ts"

/** A fresh SNS. Operation for failure injection: `publish`. */
export const makeFakeSns = () => {
  const failures = makeInjectedFailures()
  const published: Array<{ readonly topicArn: string; readonly notification: Notification }> = []
  return {
    ...failures,
    published,
    layer: Layer.succeed(Sns, {
      publish: (topicArn, notification) =>
        Effect.andThen(
          failures.call("publish"),
          Effect.sync(() => {
            published.push({ topicArn, notification })
            return `published-${published.length}`
          })
        )
    })
  }
}
