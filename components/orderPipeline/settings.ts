/** What `OrderPipeline` uses where the caller gave nothing, and what it refuses. */
import * as pulumi from "@pulumi/pulumi"
import { isExistingNetwork } from "../network/Network.ts"
import { integerIn, refusal } from "../validation.ts"
import type { OrderPipelineArgs, OrderQueueArgs } from "./args.ts"

/** Who is let in beside the functions: nobody in production unless named; anybody of the account in development. */
export const trustedRoles = ({ stage, queue }: OrderPipelineArgs): OrderQueueArgs["trustedRoleArns"] =>
  queue?.trustedRoleArns ?? (stage === "development" ? undefined : [])

/** API Gateway's own limits. https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
export const throttlingRanges = {
  throttlingRateLimit: { minimum: 1, maximum: 10_000 },
  throttlingBurstLimit: { minimum: 1, maximum: 5000 }
} as const

/** What one stack may take unless it is given more: a quarter of it would already be a large shop. */
export const throttlingDefaults = { throttlingRateLimit: 100, throttlingBurstLimit: 200 } as const

/** API Gateway waits 30 seconds at most; a caller should not have to. */
export const apiFunctionTimeoutSeconds = 10

/**
 * Refuses what a production stack must not have, before anything is made.
 *
 * @throws `pulumi.RunError`: one sentence that names the argument.
 */
export const refuseUnsafeProduction = (subject: string, args: OrderPipelineArgs): void => {
  // Whatever else a program in JavaScript calls a stage, it is not for trying out.
  if (args.stage === "development") return
  if (args.api.auth.mode === "none") {
    throw new pulumi.RunError(`${subject}: auth is "none"; where stage is "production" it must be "iam" or "jwt".`)
  }
  if (args.chaos === true) {
    throw new pulumi.RunError(`${subject}: chaos is true; where stage is "production" it must be false.`)
  }
  const url = args.payment?.url
  if (typeof url === "string" && !url.startsWith("https://")) {
    throw new pulumi.RunError(
      `${subject}: paymentUrl is ${JSON.stringify(url)}; where stage is "production" it must start with https://.`
    )
  }
}

/**
 * Refuses a payment gateway that no function could reach: from isolated subnets there is no way to the internet, and each
 * order would wait for a time-out.
 *
 * @throws `pulumi.RunError`: one sentence that names both arguments.
 */
export const refuseIsolatedPayment = (subject: string, args: OrderPipelineArgs): void => {
  if (args.payment === undefined || args.network === undefined || isExistingNetwork(args.network)) return
  throw new pulumi.RunError(
    `${subject}: paymentUrl cannot go with network "private", whose subnets have no way to the internet; give network the subnetIds and securityGroupIds of a VPC that reaches the payment gateway.`
  )
}

/** On this machine: what a local issuer has instead of TLS. */
const isLoopback = (url: URL): boolean => url.protocol === "http:" && ["127.0.0.1", "localhost"].includes(url.hostname)

/**
 * Refuses tokens that API Gateway could not check, before anything is made. It takes issuers with `https://` only; in a
 * development stack one of this machine will do, where API Gateway is the embedded one.
 *
 * @throws `pulumi.RunError`: one sentence that names the argument.
 */
export const refuseAuth = (subject: string, { api: { auth }, stage }: OrderPipelineArgs): void => {
  if (auth.mode !== "jwt") return
  if (auth.audiences.length === 0) {
    throw new pulumi.RunError(`${subject}: jwtAudiences is []; it must be a list of at least one audience.`)
  }
  if (typeof auth.issuer !== "string") return
  const url = URL.canParse(auth.issuer) ? new URL(auth.issuer) : undefined
  if (url?.protocol === "https:" || (url !== undefined && stage === "development" && isLoopback(url))) return
  throw refusal(subject, "jwtIssuer", auth.issuer, "a URL that starts with https://")
}

/** A throttling limit: checked at once if it is known, else as soon as it is. */
export const throttlingLimit = (
  subject: string,
  argument: keyof typeof throttlingRanges,
  given: pulumi.Input<number> | undefined
): pulumi.Input<number> => {
  const check = (value: number) => integerIn(subject, `api.${argument}`, value, throttlingRanges[argument])
  if (given === undefined) return throttlingDefaults[argument]
  return typeof given === "number" ? check(given) : pulumi.output(given).apply(check)
}
