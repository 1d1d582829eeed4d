import * as pulumi from "@pulumi/pulumi"
import { describe, expect, it } from "vitest"
import { configKeys, readStackConfig } from "../../../components/orderPipeline/stackConfig.ts"

const read = (config: Readonly<Record<string, string>>) => {
  pulumi.runtime.setAllConfig(
    Object.fromEntries(Object.entries(config).map(([key, value]) => [`order-pipeline:${key}`, value]))
  )
  return readStackConfig()
}
const minimal = { stage: "development", auth: "none" }
const whole = "it must be a whole number"

describe("a stack's configuration", () => {
  it("needs a stage and who may call; the rest has defaults", () => {
    expect(read(minimal)).toMatchObject({
      stage: "development",
      api: { auth: { mode: "none" }, corsAllowOrigins: [], throttlingRateLimit: 100, throttlingBurstLimit: 200 },
      queue: {
        consumer: { timeoutSeconds: 30, batchSize: 10, maximumBatchingWindowSeconds: 0, maximumConcurrency: 10 },
        visibilityTimeoutSeconds: 180,
        maxReceiveCount: 5,
        messageRetentionSeconds: 345_600,
        deadLetterRetentionSeconds: 1_209_600,
        alerts: { windowSeconds: 900 }
      },
      chaos: false,
      logLevel: "INFO",
      logRetentionDays: 30,
      tracing: "PassThrough"
    })
  })

  it("reads every key", () => {
    const args = read({
      stage: "development",
      auth: "jwt",
      jwtIssuer: "https://issuer.example.com",
      jwtAudiences: '["orders"]',
      jwtPlaceOrderScopes: '["orders:write"]',
      jwtGetOrderScopes: '["orders:read"]',
      corsAllowOrigins: '["https://shop.example.com"]',
      throttlingRateLimit: "5",
      throttlingBurstLimit: "6",
      functionTimeoutSeconds: "7",
      visibilityTimeoutSeconds: "8",
      batchSize: "20",
      batchingWindowSeconds: "9",
      maximumConcurrency: "11",
      maxReceiveCount: "12",
      messageRetentionSeconds: "60",
      deadLetterRetentionSeconds: "172800",
      recovery: '{"Timeout":{"action":"archive"}}',
      breaker: '{"probeAfterSeconds":5,"ceilingRatio":1.5}',
      redact: '["$.card.number"]',
      alertEmail: "on-call@example.com",
      alertWindowSeconds: "13",
      alertWebhooks: '[{"kind":"slack","url":"https://hooks.slack.com/services/x"}]',
      logLevel: "ERROR",
      logRetentionDays: "14",
      tracing: "Active",
      paymentUrl: "http://127.0.0.1:8080",
      paymentToken: "a token",
      chaos: "true"
    })
    expect(args).toMatchObject({
      api: {
        auth: {
          mode: "jwt",
          issuer: "https://issuer.example.com",
          audiences: ["orders"],
          scopes: { placeOrder: ["orders:write"], getOrder: ["orders:read"] }
        },
        corsAllowOrigins: ["https://shop.example.com"],
        throttlingRateLimit: 5,
        throttlingBurstLimit: 6
      },
      queue: {
        consumer: { timeoutSeconds: 7, batchSize: 20, maximumBatchingWindowSeconds: 9, maximumConcurrency: 11 },
        visibilityTimeoutSeconds: 8,
        maxReceiveCount: 12,
        messageRetentionSeconds: 60,
        deadLetterRetentionSeconds: 172_800,
        recovery: { rules: { Timeout: { action: "archive" } } },
        breaker: { probeAfterSeconds: 5, ceilingRatio: 1.5 },
        redact: ["$.card.number"],
        alerts: { email: "on-call@example.com", windowSeconds: 13, webhooks: [{ kind: "slack" }] }
      },
      payment: { url: "http://127.0.0.1:8080" },
      chaos: true,
      logLevel: "ERROR",
      logRetentionDays: 14,
      tracing: "Active"
    })
  })

  it.each([
    ["true", true],
    ["false", false],
    ["{}", {}],
    ['{"priceClass":"PriceClass_200"}', { priceClass: "PriceClass_200" }]
  ])("reads whether there is an order page: %s", (storefront, expected) => {
    expect(read({ ...minimal, storefront }).storefront).toEqual(expected)
    expect(read(minimal)).not.toHaveProperty("storefront")
  })

  it("keeps the payment token secret", async () => {
    const { payment } = read({ ...minimal, paymentUrl: "https://pay.example.com", paymentToken: "a token" })
    const token = pulumi.output(payment?.token)
    expect(await pulumi.isSecret(token)).toBe(true)
  })

  it("keeps what is secret of a webhook secret, and the rest plain, so that its resources can be made", async () => {
    const signingSecret = `whsec_${Buffer.alloc(24).toString("base64")}`
    const given = [
      { kind: "slack", url: "https://hooks.slack.com/services/x" },
      { kind: "pagerduty", name: "on-call", routingKey: "key", url: "https://events.eu.pagerduty.com/v2/enqueue" },
      { kind: "generic", url: "https://audit.example.com", signingSecret }
    ]
    const webhooks = read({ ...minimal, alertWebhooks: JSON.stringify(given) }).queue?.alerts?.webhooks ?? []
    expect(webhooks.map(({ kind, name }) => [kind, name])).toEqual([
      ["slack", undefined],
      ["pagerduty", "on-call"],
      ["generic", undefined]
    ])
    const secrets = webhooks.flatMap(({ kind: _, name: __, ...rest }) => Object.entries(rest))
    expect(secrets.map(([member]) => member).toSorted()).toEqual(["routingKey", "signingSecret", "url", "url", "url"])
    for (const [, value] of secrets) expect(await pulumi.isSecret(pulumi.output(value))).toBe(true)
  })

  it.each([
    ["{", "It must be a list of"],
    ["{}", "It must be a list of"],
    ['[{"kind":"teams","url":"https://m4rker.example.com"}]', "It must be a list of"],
    ['[{"kind":"slack"}]', "It must be a list of"],
    ['[{"kind":"slack","url":"https://m4rker.example.com","chanel":"x"}]', "It must be a list of"],
    [
      '[{"kind":"slack","url":"http://m4rker.example.com"}]',
      "alertWebhooks[0] is refused: its url does not start with"
    ],
    ['[{"kind":"pagerduty","routingKey":""}]', "alertWebhooks[0] is refused: its routingKey is empty."]
  ])("refuses webhooks that are none, without a word of what is in them: case %#", (alertWebhooks, sentence) => {
    const reading = () => read({ ...minimal, alertWebhooks })
    expect(reading).toThrow(sentence)
    expect(reading).not.toThrow(/m4rker|chanel/)
  })

  it.each([
    [
      { ...minimal, functionTimeout: "3" },
      `order-pipeline:functionTimeout is not a configuration key; the keys are ${configKeys.join(", ")}.`
    ],
    [{ auth: "none" }, "order-pipeline: stage is missing; it must be one of development, production."],
    [{ stage: "development" }, "order-pipeline: auth is missing; it must be one of none, iam, jwt."],
    [{ ...minimal, stage: "test" }, 'order-pipeline: stage is "test"; it must be one of development, production.'],
    [
      { ...minimal, kmsKeyArn: "alias/orders" },
      'order-pipeline: kmsKeyArn is "alias/orders"; it must be the ARN of a key, not of an alias (arn:aws:kms:REGION:ACCOUNT:key/ID).'
    ],
    [
      { ...minimal, functionTimeoutSeconds: "-3" },
      `order-pipeline: functionTimeoutSeconds is -3; ${whole} from 1 to 900.`
    ],
    [
      { ...minimal, functionTimeoutSeconds: "3s" },
      `order-pipeline: functionTimeoutSeconds is "3s"; ${whole} from 1 to 900.`
    ],
    [
      { ...minimal, functionTimeoutSeconds: "10", visibilityTimeoutSeconds: "9" },
      `order-pipeline: visibilityTimeoutSeconds is 9; ${whole} from 10 to 43200 (from functionTimeoutSeconds to 12 hours).`
    ],
    [
      { ...minimal, batchSize: "11" },
      `order-pipeline: batchSize is 11; ${whole} from 1 to 10 (more needs a batching window of at least a second).`
    ],
    [
      { ...minimal, deadLetterRetentionSeconds: "345600" },
      `order-pipeline: deadLetterRetentionSeconds is 345600; ${whole} from 345601 to 1209600 (it must outlast messageRetentionSeconds and the maxAgeSeconds of each recovery rule).`
    ],
    ...["yes", '{"domain":"orders.example.com"}', '{"domainName":"orders.example.com"}', "3"].map(
      (storefront) =>
        [
          { ...minimal, storefront },
          `order-pipeline: storefront is ${storefront.startsWith("{") ? storefront : JSON.stringify(storefront)}; it must be true, false, or an object with domainName and certificateArn together, priceClass (PriceClass_100, PriceClass_200, PriceClass_All) and webAclArn.`
        ] as const
    ),
    [
      { ...minimal, auth: "iam", storefront: "true" },
      'order-pipeline: storefront cannot go with auth "iam", as a page in a browser has no AWS credentials to sign with; auth must be "jwt", or "none" in development.'
    ],
    [
      { ...minimal, breaker: '{"ceilingRatio":0.5}' },
      "order-pipeline: breaker.ceilingRatio is 0.5; it must be a number from 1.01 to 100."
    ],
    [{ ...minimal, breaker: "3" }, "order-pipeline: breaker is 3; it must be an object."],
    [
      { ...minimal, redact: '["card"]' },
      'order-pipeline: redact is refused. "card" is no path; one starts with $, as in $.card.number.'
    ],
    [
      { ...minimal, redact: '["$.orderId"]' },
      'order-pipeline: redact has "$.orderId", which leads to correlationField "orderId"; messages are looked up by it.'
    ],
    [{ ...minimal, chaos: "yes" }, 'order-pipeline: chaos is "yes"; it must be one of true, false.'],
    [
      { ...minimal, logLevel: "verbose" },
      'order-pipeline: logLevel is "verbose"; it must be one of TRACE, DEBUG, INFO, WARN, ERROR, FATAL.'
    ],
    [
      { ...minimal, corsAllowOrigins: "https://shop.example.com" },
      'order-pipeline: corsAllowOrigins is "https://shop.example.com"; it must be a list or an object.'
    ],
    [
      { ...minimal, auth: "jwt" },
      'order-pipeline: jwtIssuer is missing; it must be the issuer\'s https:// URL where auth is "jwt".'
    ],
    [
      { ...minimal, auth: "jwt", jwtIssuer: "https://issuer.example.com" },
      'order-pipeline: jwtAudiences is missing; it must be a list of at least one audience where auth is "jwt".'
    ],
    [
      { ...minimal, paymentUrl: "pay.example.com" },
      'order-pipeline: paymentUrl is "pay.example.com"; it must be a URL that starts with https:// or http://.'
    ],
    [
      { ...minimal, paymentToken: "a token" },
      "order-pipeline: paymentUrl is missing; it must be the payment gateway's URL where paymentToken is given."
    ],
    [
      { ...minimal, paymentTokenSecretArn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-a1B2c3" },
      "order-pipeline: paymentUrl is missing; it must be the payment gateway's URL where paymentTokenSecretArn is given."
    ],
    [
      { ...minimal, paymentUrl: "https://pay.example.com", paymentToken: "a token", paymentTokenSecretArn: "arn" },
      "order-pipeline: paymentToken cannot go with paymentTokenSecretArn; give one of them."
    ],
    [
      { ...minimal, auth: "jwt", jwtIssuer: "http://issuer.example.com", jwtAudiences: '["orders"]' },
      'order-pipeline: jwtIssuer is "http://issuer.example.com"; it must be a URL that starts with https://.'
    ],
    [
      { stage: "production", auth: "none" },
      'order-pipeline: auth is "none"; where stage is "production" it must be "iam" or "jwt".'
    ],
    [
      { stage: "production", auth: "iam", chaos: "true" },
      'order-pipeline: chaos is true; where stage is "production" it must be false.'
    ]
  ] satisfies ReadonlyArray<readonly [Readonly<Record<string, string>>, string]>)(
    "that cannot work is refused in one sentence that names the key: case %#",
    (config, sentence) => {
      expect(() => read(config)).toThrow(sentence)
    }
  )

  it("refuses a recovery rule that is none, naming the rule", () => {
    expect(() => read({ ...minimal, recovery: '{"Timeout":{"action":"heal"}}' })).toThrow(
      /^order-pipeline: recovery is refused\. .*Timeout/
    )
  })

  it("never prints a secret", () => {
    expect(() => read({ ...minimal, paymentToken: "very secret" })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("very secret") })
    )
  })
})
