import * as pulumi from "@pulumi/pulumi"
import { expect, it } from "vitest"

const made = new Map<string, Record<string, unknown>>()

await pulumi.runtime.setMocks(
  {
    newResource: ({ type, name, inputs }) => {
      made.set(`${type} ${name}`, inputs)
      // What AWS adds to what the program says.
      const arn = `arn:aws:service:eu-west-1:123456789012:${name}`
      return {
        id: name,
        state: { arn, name, url: `https://sqs.eu-west-1.amazonaws.com/123456789012/${name}`, ...inputs }
      }
    },
    call: ({ token }) => {
      throw new Error(`The program called ${token}, which nobody expects.`)
    }
  },
  "invoices",
  "dev"
)

const program = await import("./index.ts")

const resolved = <A>(output: pulumi.Output<A>): Promise<A> =>
  new Promise((resolve) => {
    output.apply(resolve)
  })

it("has a queue to send invoices to, and alerts a group of failures once in ten minutes", async () => {
  expect(await resolved(program.invoicesQueueUrl)).toContain("invoices-queue")
  await resolved(program.dashboardUrl)
  expect(made.get("aws:lambda/function:Function invoices-healer")).toMatchObject({
    environment: { variables: { ALERT_WINDOW_SECONDS: "600" } }
  })
})
