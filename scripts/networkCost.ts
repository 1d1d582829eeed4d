/** What a private network costs a month: interface endpoints by the hour and by the gigabyte; the rest of it is free. */

/** List prices of one region, in US dollars. */
export interface NetworkPrices {
  /** An interface endpoint in one availability zone, for an hour. */
  readonly endpointHour: number
  /** A gigabyte through interface endpoints, of the first petabyte in a month. */
  readonly gigabyte: number
}

/** us-east-1. https://aws.amazon.com/privatelink/pricing/ */
export const listPrices: NetworkPrices = { endpointHour: 0.01, gigabyte: 0.01 }

/** What AWS's own calculator takes for a month: 365 days × 24 hours / 12. */
export const hoursAMonth = 730

/** The services that the functions of an `OrderPipeline` reach through interface endpoints. */
export const orderPipelineEndpoints = ["sns", "sqs"] as const

/**
 * What an order sends and gets through them: one `Publish` with its answer, 1–2 KB, and TLS around it. An order that
 * fails adds a message to the dead-letter queue and back. 4,096 bytes is more than what most orders take.
 */
const bytesAnOrder = 4096

/** The bill for a month. */
export interface NetworkBill {
  readonly hourlyPart: number
  readonly dataPart: number
  readonly total: number
}

/** What endpoints in some zones cost for a month with so many orders. */
export const networkBill = (
  { endpoints, zones, orders }: { readonly endpoints: number; readonly zones: number; readonly orders: number },
  prices: NetworkPrices = listPrices
): NetworkBill => {
  const hourlyPart = endpoints * zones * hoursAMonth * prices.endpointHour
  const dataPart = ((orders * bytesAnOrder) / 1e9) * prices.gigabyte
  return { hourlyPart, dataPart, total: hourlyPart + dataPart }
}

const dollars = (amount: number): string => `$${amount.toFixed(2)}`

/** The bill as a table in Markdown, a row for each number of zones. */
export const networkCostTable = (
  {
    endpoints,
    zones,
    orders
  }: { readonly endpoints: number; readonly zones: readonly number[]; readonly orders: number },
  prices: NetworkPrices = listPrices
): string =>
  [
    `| availability zones | endpoint hours: ${endpoints} × zones × ${hoursAMonth} h × $${prices.endpointHour} | data: ${orders.toLocaleString("en-US")} orders | a month |`,
    "|---|---|---|---|",
    ...zones.map((count) => {
      const { hourlyPart, dataPart, total } = networkBill({ endpoints, zones: count, orders }, prices)
      return `| ${count} | ${dollars(hourlyPart)} | ${dollars(dataPart)} | ${dollars(total)} |`
    })
  ].join("\n")
