/** The outputs of an instance as a person reads them. Pure. */
import type { Instance } from "./instances.ts"

/** The outputs of the program, and what the instance itself has beside it. */
export const outputsOf = ({
  outputs,
  consoleUrl,
  paymentGatewayUrl
}: Pick<Instance, "outputs" | "consoleUrl" | "paymentGatewayUrl">): Readonly<Record<string, unknown>> => ({
  ...outputs,
  consoleUrl,
  paymentGatewayUrl
})

/** What is longer is a document, and is asked for by its name. */
const longestValue = 160

/** Name and value a line; a document is left out, with the command that prints it. */
export const outputTable = (outputs: Readonly<Record<string, unknown>>): string => {
  const rows = Object.entries(outputs)
    // An output of what this stack does not have.
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]): [string, string] => [name, typeof value === "string" ? value : JSON.stringify(value)])
    .sort(([one], [other]) => (one < other ? -1 : 1))
  const widest = Math.max(0, ...rows.map(([name]) => name.length))
  return rows
    .map(([name, value]) => {
      const shown = value.length <= longestValue ? value : `${value.length} characters: npm run --silent output ${name}`
      return `${name.padEnd(widest)}  ${shown}`
    })
    .join("\n")
}

/** Lines for a shell to evaluate: from then on, AWS's tools and SDKs call the instance. */
export const environmentOf = ({
  endpoint,
  region,
  administrator
}: Pick<Instance, "endpoint" | "region" | "administrator">): string =>
  Object.entries({
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: administrator.accessKeyId,
    AWS_SECRET_ACCESS_KEY: administrator.secretAccessKey
  })
    .map(([name, value]) => `export ${name}='${value}'`)
    .join("\n")
