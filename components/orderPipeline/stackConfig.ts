/**
 * The configuration of a stack of `OrderPipeline`, read and checked before anything is made: an unknown key, a missing
 * one or a value out of range fails with one sentence that names the key.
 */
import { Result } from "effect"
import type { RedactPathText } from "../../handlers/failure/redactPath.ts"
import { decodeRecoveryRules } from "../../handlers/recovery/recoveryPolicyCodec.ts"
import { logRetentionDays } from "../function/logRetention.ts"
import { defaultTracing, tracingModes } from "../function/tracing.ts"
import { refuseKeyArn } from "../keyArn.ts"
import { logLevels } from "../resilientQueue/args.ts"
import { breakerPolicyOf } from "../resilientQueue/breaker.ts"
import { defaults, visibilityTimeoutFactor } from "../resilientQueue/defaults.ts"
import { longestHealingSeconds } from "../resilientQueue/given.ts"
import { batchSizeRange, deadLetterRetentionRange, ranges, visibilityTimeoutRange } from "../resilientQueue/ranges.ts"
import { refuseRedaction } from "../resilientQueue/redaction.ts"
import { type Auth, type OrderPipelineArgs, stages } from "./args.ts"
import { ConfigReader } from "./ConfigReader.ts"
import { refusePaymentToken } from "./paymentToken.ts"
import { readNetwork } from "./readNetwork.ts"
import { readWebhooks } from "./readWebhooks.ts"
import {
  refuseAuth,
  refuseIsolatedPayment,
  refuseUnsafeProduction,
  throttlingDefaults,
  throttlingRanges
} from "./settings.ts"
import { readStorefront } from "./storefront/readStorefront.ts"
import { refuseStorefront } from "./storefront/refuseStorefront.ts"

/** The project's name in `Pulumi.yaml`, and the namespace of its configuration. */
export const project = "order-pipeline"

/** Every configuration key, in the order in which the stack files explain them. */
export const configKeys = [
  "stage",
  "auth",
  "jwtIssuer",
  "jwtAudiences",
  "jwtPlaceOrderScopes",
  "jwtGetOrderScopes",
  "corsAllowOrigins",
  "throttlingRateLimit",
  "throttlingBurstLimit",
  "functionTimeoutSeconds",
  "visibilityTimeoutSeconds",
  "batchSize",
  "batchingWindowSeconds",
  "maximumConcurrency",
  "maxReceiveCount",
  "messageRetentionSeconds",
  "deadLetterRetentionSeconds",
  "recovery",
  "breaker",
  "redact",
  "alertEmail",
  "alertWindowSeconds",
  "alertWebhooks",
  "kmsKeyArn",
  "trustedRoleArns",
  "logLevel",
  "logRetentionDays",
  "tracing",
  "paymentUrl",
  "paymentToken",
  "paymentTokenSecretArn",
  "storefront",
  "network",
  "chaos"
] as const

/** The stack's configuration as arguments of `OrderPipeline`. */
export const readStackConfig = (): OrderPipelineArgs => {
  const reader = new ConfigReader(project, configKeys)
  const args: OrderPipelineArgs = {
    stage: reader.word("stage", stages),
    api: {
      auth: readAuth(reader),
      corsAllowOrigins: reader.texts("corsAllowOrigins"),
      throttlingRateLimit: reader.integer(
        "throttlingRateLimit",
        throttlingRanges.throttlingRateLimit,
        throttlingDefaults.throttlingRateLimit
      ),
      throttlingBurstLimit: reader.integer(
        "throttlingBurstLimit",
        throttlingRanges.throttlingBurstLimit,
        throttlingDefaults.throttlingBurstLimit
      )
    },
    queue: readQueue(reader),
    ...readPayment(reader),
    ...readStorefront(reader, project),
    ...readNetwork(reader, project),
    chaos: reader.flag("chaos"),
    logLevel: reader.word("logLevel", logLevels, defaults.logLevel),
    logRetentionDays: reader.numberOf("logRetentionDays", logRetentionDays, defaults.logRetentionDays),
    tracing: reader.word("tracing", tracingModes, defaultTracing)
  }
  refuseUnsafeProduction(project, args)
  refuseAuth(project, args)
  refusePaymentToken(project, args)
  refuseIsolatedPayment(project, args)
  refuseStorefront(project, args)
  return args
}

const readAuth = (reader: ConfigReader): Auth => {
  const mode = reader.word("auth", ["none", "iam", "jwt"])
  if (mode !== "jwt") return { mode }
  const issuer = reader.url("jwtIssuer", ["https:", "http:"])
  const audiences = reader.texts("jwtAudiences")
  if (issuer === undefined) throw reader.missing("jwtIssuer", 'the issuer\'s https:// URL where auth is "jwt"')
  if (audiences.length === 0)
    throw reader.missing("jwtAudiences", 'a list of at least one audience where auth is "jwt"')
  const scopes = { placeOrder: reader.texts("jwtPlaceOrderScopes"), getOrder: reader.texts("jwtGetOrderScopes") }
  return { mode, issuer, audiences, scopes }
}

const readQueue = (reader: ConfigReader): NonNullable<OrderPipelineArgs["queue"]> => {
  const timeoutSeconds = reader.integer("functionTimeoutSeconds", ranges.timeoutSeconds, defaults.timeoutSeconds)
  const maximumBatchingWindowSeconds = reader.integer(
    "batchingWindowSeconds",
    ranges.maximumBatchingWindowSeconds,
    defaults.maximumBatchingWindowSeconds
  )
  const messageRetentionSeconds = reader.integer(
    "messageRetentionSeconds",
    ranges.messageRetentionSeconds,
    defaults.messageRetentionSeconds
  )
  const recovery = readRecovery(reader)
  const email = reader.text("alertEmail")
  const webhooks = readWebhooks(reader, project)
  const kmsKeyArn = reader.text("kmsKeyArn")
  return {
    consumer: {
      timeoutSeconds,
      maximumBatchingWindowSeconds,
      batchSize: reader.integer("batchSize", batchSizeRange(maximumBatchingWindowSeconds), defaults.batchSize),
      maximumConcurrency: reader.integer("maximumConcurrency", ranges.maximumConcurrency, defaults.maximumConcurrency)
    },
    visibilityTimeoutSeconds: reader.integer(
      "visibilityTimeoutSeconds",
      visibilityTimeoutRange(timeoutSeconds, "functionTimeoutSeconds"),
      visibilityTimeoutFactor * timeoutSeconds + maximumBatchingWindowSeconds
    ),
    maxReceiveCount: reader.integer("maxReceiveCount", ranges.maxReceiveCount, defaults.maxReceiveCount),
    messageRetentionSeconds,
    deadLetterRetentionSeconds: reader.integer(
      "deadLetterRetentionSeconds",
      deadLetterRetentionRange(messageRetentionSeconds, longestHealingSeconds(recovery.rules)),
      defaults.deadLetterRetentionSeconds
    ),
    recovery,
    breaker: breakerPolicyOf(project, reader.json("breaker")),
    redact: readRedact(reader),
    ...(kmsKeyArn === undefined ? {} : { kmsKeyArn: refuseKeyArn(project, "kmsKeyArn", kmsKeyArn) }),
    ...(reader.text("trustedRoleArns") === undefined ? {} : { trustedRoleArns: reader.texts("trustedRoleArns") }),
    alerts: {
      ...(email === undefined ? {} : { email }),
      ...(webhooks === undefined ? {} : { webhooks }),
      windowSeconds: reader.integer("alertWindowSeconds", ranges.alertWindowSeconds, defaults.alertWindowSeconds)
    }
  }
}

/** The order's own id is what it is looked up by. */
const readRedact = (reader: ConfigReader): readonly RedactPathText[] => {
  const paths = reader.texts("redact").map((text) => {
    if (isRedactPath(text)) return text
    throw reader.wrong("redact", `${JSON.stringify(text)} is no path; one starts with $, as in $.card.number.`)
  })
  refuseRedaction(project, { redact: paths, correlationField: "orderId" })
  return paths
}

const isRedactPath = (text: string): text is RedactPathText => text === "$" || /^\$[.[]/.test(text)

const readRecovery = (reader: ConfigReader) => {
  const decoded = decodeRecoveryRules(reader.json("recovery") ?? {})
  if (Result.isFailure(decoded)) throw reader.wrong("recovery", decoded.failure)
  return decoded.success
}

/** A token goes over the wire with each request, so in production it is TLS or nothing; `refuseUnsafeProduction` sees to it. */
const readPayment = (reader: ConfigReader): Pick<OrderPipelineArgs, "payment"> => {
  const url = reader.url("paymentUrl", ["https:", "http:"])
  const token = reader.secret("paymentToken")
  const tokenSecretArn = reader.text("paymentTokenSecretArn")
  if (url === undefined) {
    const given = token === undefined ? "paymentTokenSecretArn" : "paymentToken"
    if (token === undefined && tokenSecretArn === undefined) return {}
    throw reader.missing("paymentUrl", `the payment gateway's URL where ${given} is given`)
  }
  return {
    payment: {
      url,
      ...(token === undefined ? {} : { token }),
      ...(tokenSecretArn === undefined ? {} : { tokenSecretArn })
    }
  }
}
