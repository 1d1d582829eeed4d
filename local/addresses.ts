/** What an instance says of itself when it is ready: where it is reached, what to try, what is different this time. Pure. */
import type { Instance } from "./instances.ts"

/** What is known of an instance that is ready. */
export interface ReadyInstance {
  readonly consoleUrl: string
  /** Of the program, by name. */
  readonly outputs: Readonly<Record<string, unknown>>
  /** Where tokens come from, if the API asks for them. */
  readonly issuerUrl: string | undefined
  /** Sentences about ports that were taken. */
  readonly portNotes: ReadonlyArray<string>
  /** Instances of this checkout that run already. */
  readonly others: ReadonlyArray<Pick<Instance, "consoleUrl">>
}

/** The sentence about something that does not listen where it usually does; none where it does. */
export const portNote = (what: string, preferred: number, url: string): ReadonlyArray<string> => {
  const { port } = new URL(url)
  return port === String(preferred) ? [] : [`Port ${preferred} is taken: ${what} listens on ${port} instead.`]
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined)

const commandsToTry = (apiUrl: string, issuerUrl: string | undefined): ReadonlyArray<string> => {
  const orders = `${apiUrl.replace(/\/$/, "")}/orders`
  const json = "-H 'content-type: application/json'"
  if (issuerUrl !== undefined) {
    const bearer = '-H "authorization: Bearer $TOKEN"'
    return [
      `TOKEN=$(curl -s '${issuerUrl}/token?sub=alice')`,
      `curl -w '\\n' ${orders} ${bearer} ${json} -d '{"itemName":"Laptop","quantity":1}'`,
      `curl -w '\\n' ${orders}/ORDER_ID ${bearer}`
    ]
  }
  return [
    `curl -w '\\n' ${orders} ${json} -d '{"orderId":"O1","itemName":"Laptop","quantity":1}'`,
    `curl -w '\\n' ${orders}/O1`,
    "npm run gateway -- unavailable"
  ]
}

/** Lines for whoever has started it. */
export const readyLines = ({
  consoleUrl,
  outputs,
  issuerUrl,
  portNotes,
  others
}: ReadyInstance): ReadonlyArray<string> => {
  const apiUrl = text(outputs["apiUrl"])
  const storefrontUrl = text(outputs["storefrontUrl"])
  const rows = [
    ["Console", `${consoleUrl}/`, "watch it, break it, mend it"],
    ...(storefrontUrl === undefined ? [] : [["Order page", storefrontUrl, "order something"]]),
    ...(apiUrl === undefined ? [] : [["API", apiUrl, "POST /orders, GET /orders/ID"]]),
    ["Stop it", "Ctrl-C", "nothing of it is left"]
  ]
  const widest = Math.max(...rows.map(([, address = ""]) => address.length))
  const { port } = new URL(consoleUrl)
  return [
    "",
    ...rows.map(([what = "", address = "", does = ""]) => `  ${what.padEnd(12)}${address.padEnd(widest)}  ${does}`),
    ...(portNotes.length === 0 ? [] : ["", ...portNotes.toSorted()]),
    ...(others.length === 0
      ? []
      : [
          "",
          "Another instance of this checkout runs. The newest one is meant by `npm run output`, `npm run gateway` and",
          "`npx resilient-queue`; --instance and the port of a console says which:",
          ...[
            `this one: --instance ${port}`,
            ...others.map((each) => `the other: --instance ${new URL(each.consoleUrl).port}`)
          ].map((line) => `  ${line}`)
        ]),
    ...(apiUrl === undefined
      ? []
      : ["", "Try, in another terminal:", ...commandsToTry(apiUrl, issuerUrl).map((command) => `  ${command}`)]),
    ...(apiUrl !== undefined
      ? []
      : [
          "",
          "In another terminal, AWS's own tools and SDKs call it after:",
          '  eval "$(npm run --silent output -- --environment)"'
        ])
  ]
}
