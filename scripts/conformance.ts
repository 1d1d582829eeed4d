/**
 * Runs the conformance suite against any AWS endpoint: `npm run conformance -- --endpoint URL`. Exit code 0 when nothing
 * fails, 1 when an expectation fails, 2 when the arguments are wrong or nothing answers at the endpoint.
 */
import { parseArgs } from "node:util"
import { allExpectations } from "../test/conformance/allExpectations.ts"
import { type ClientOptions, createClients } from "../test/conformance/clients.ts"
import { type ConformanceService, conformanceServices } from "../test/conformance/Expectation.ts"
import { countByService, runSuite, type ServiceCount, type SuiteResult } from "../test/conformance/runSuite.ts"

const usage = `Usage: npm run conformance -- [--endpoint URL|aws] [--region REGION] [--service SERVICE]... [--json]

  --endpoint  the endpoint under test; "aws" is AWS itself, with the credentials of the environment
              (it creates and deletes queues, topics, tables and buckets); without it, the embedded AWS
  --region    default eu-west-1
  --service   ${conformanceServices.join(", ")}; may be given several times; default all
  --json      one JSON document instead of lines

Credentials for an endpoint are AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; on this machine (127.0.0.1, ::1,
localhost) the example credentials of the AWS documentation, which the embedded AWS and other emulators take.`

/** A mistake of the caller's, in one sentence. */
class UsageError extends Error {}

/** The access key of the AWS documentation's examples; the embedded AWS's administrator has it. */
const exampleCredentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
}

interface Arguments {
  readonly endpoint: string | undefined
  readonly region: string
  readonly services: ReadonlyArray<ConformanceService>
  readonly json: boolean
}

const parse = (args: ReadonlyArray<string>) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        endpoint: { type: "string" },
        region: { type: "string", default: "eu-west-1" },
        service: { type: "string", multiple: true, default: [...conformanceServices] },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false }
      }
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

const serviceNamed = (name: string): ConformanceService => {
  const service = conformanceServices.find((known) => known === name)
  if (service) return service
  throw new UsageError(`--service ${name} is not one of ${conformanceServices.join(", ")}.`)
}

const endpointFrom = (endpoint: string | undefined): string | undefined => {
  if (endpoint === undefined || endpoint === "aws") return endpoint
  const url = URL.parse(endpoint)
  if (url?.protocol === "http:" || url?.protocol === "https:") return endpoint.replace(/\/+$/, "")
  throw new UsageError(`--endpoint ${endpoint} is not an http or https URL, nor "aws".`)
}

const readArguments = (args: ReadonlyArray<string>): Arguments | "help" => {
  const { endpoint, region, service, json, help } = parse(args)
  if (help) return "help"
  return { endpoint: endpointFrom(endpoint), region, services: service.map(serviceNamed), json }
}

const isLocal = (endpoint: string): boolean => ["127.0.0.1", "[::1]", "localhost"].includes(new URL(endpoint).hostname)

/** Any answer at all will do. */
const reach = async (endpoint: string): Promise<void> => {
  try {
    await fetch(endpoint, { redirect: "manual", signal: AbortSignal.timeout(10_000) })
  } catch {
    throw new UsageError(`Nothing answers at ${endpoint}.`)
  }
}

/** Where the suite goes, and what has to be stopped afterwards. */
const openTarget = async ({ endpoint, region }: Arguments) => {
  if (endpoint === undefined) {
    const { startEmbeddedAws } = await import("../local/EmbeddedAws.ts")
    const aws = await startEmbeddedAws({ region })
    const options: ClientOptions = { endpoint: aws.account.endpoint, region, credentials: aws.iam.administrator }
    return { name: "the embedded AWS", options, close: aws.close }
  }
  const close = async () => {}
  if (endpoint === "aws") return { name: `AWS in ${region}`, options: { region }, close }
  await reach(endpoint)
  const credentials = isLocal(endpoint) ? exampleCredentials : undefined
  return { name: endpoint, options: { endpoint, region, credentials }, close }
}

const marks = { passed: "pass", failed: "FAIL", notSupported: "n/s " }

/** A reason on one line: an assertion's comparison of two values is spread over many. */
const oneLine = (reason: string): string => {
  const line = reason.replace(/\s+/g, " ")
  return line.length > 300 ? `${line.slice(0, 300)} …` : line
}

const lineOf = ({ expectation, outcome, milliseconds }: SuiteResult): string => {
  const head = `${marks[outcome.kind]}  ${expectation.service.padEnd(8)}  ${expectation.title} (${milliseconds} ms)`
  return outcome.kind === "passed" ? head : `${head}\n      ${oneLine(outcome.reason)}\n      ${expectation.link}`
}

const table = (counts: ReadonlyArray<ServiceCount>): string => {
  const row = (cells: ReadonlyArray<string | number>) =>
    cells.map((cell, index) => (index === 0 ? String(cell).padEnd(10) : String(cell).padStart(14))).join("")
  const rows = counts.map(({ service, passed, failed, notSupported }) => row([service, passed, failed, notSupported]))
  return [row(["service", "passed", "failed", "not supported"]), ...rows].join("\n")
}

const report = (name: string, results: ReadonlyArray<SuiteResult>) => ({
  target: name,
  services: countByService(results),
  results: results.map(({ expectation, outcome, milliseconds }) => ({
    service: expectation.service,
    title: expectation.title,
    link: expectation.link,
    outcome: outcome.kind,
    ...(outcome.kind === "passed" ? {} : { reason: outcome.reason }),
    milliseconds
  }))
})

const main = async (): Promise<number> => {
  const args = readArguments(process.argv.slice(2))
  if (args === "help") {
    console.log(usage)
    return 0
  }
  const target = await openTarget(args)
  const clients = createClients(target.options)
  try {
    const chosen = allExpectations.filter(({ service }) => args.services.includes(service))
    const results = await runSuite(chosen, clients, (result) => {
      if (!args.json) console.log(lineOf(result))
    })
    const counts = countByService(results)
    if (args.json) console.log(JSON.stringify(report(target.name, results), undefined, 2))
    else console.log(`\nConformance of ${target.name}\n${table(counts)}`)
    return counts.some(({ failed }) => failed > 0) ? 1 : 0
  } finally {
    clients.close()
    await target.close()
  }
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(error.message)
  process.exitCode = 2
}
