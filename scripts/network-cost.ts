/** Prints what a private network costs a month: `npm run network:cost`. Wrong arguments: exit code 2. */
import { parseArgs } from "node:util"
import { listPrices, networkCostTable, orderPipelineEndpoints } from "./networkCost.ts"

const usage = `Usage: npm run network:cost -- [--endpoints COUNT] [--orders COUNT] [--hour DOLLARS] [--gigabyte DOLLARS]

  --endpoints  interface endpoints in each availability zone; default ${orderPipelineEndpoints.length}: ${orderPipelineEndpoints.join(" and ")}
  --orders     orders a month; default 1000000
  --hour       an interface endpoint in one availability zone for an hour; default ${listPrices.endpointHour} (us-east-1)
  --gigabyte   a gigabyte through it; default ${listPrices.gigabyte} (us-east-1)`

const refuse = (sentence: string): never => {
  process.stderr.write(`${sentence}\n${usage}\n`)
  process.exit(2)
}

const parsed = () => {
  try {
    return parseArgs({
      options: {
        endpoints: { type: "string" },
        orders: { type: "string" },
        hour: { type: "string" },
        gigabyte: { type: "string" }
      }
    }).values
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error))
  }
}

const given = parsed()

const amount = (name: keyof typeof given, otherwise: number): number => {
  const text = given[name]
  if (text === undefined) return otherwise
  const value = Number(text)
  return text.trim() !== "" && Number.isFinite(value) && value >= 0
    ? value
    : refuse(`--${name} is "${text}"; it must be a number from 0.`)
}

process.stdout.write(
  `${networkCostTable(
    {
      endpoints: amount("endpoints", orderPipelineEndpoints.length),
      zones: [1, 2, 3],
      orders: amount("orders", 1_000_000)
    },
    { endpointHour: amount("hour", listPrices.endpointHour), gigabyte: amount("gigabyte", listPrices.gigabyte) }
  )}\n`
)
