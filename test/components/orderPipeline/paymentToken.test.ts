import * as pulumi from "@pulumi/pulumi"
import { describe, expect, it } from "vitest"
import type { PaymentArgs } from "../../../components/orderPipeline/args.ts"
import { OrderPipeline } from "../../../components/orderPipeline/OrderPipeline.ts"
import { deploy, refused } from "../deployed.ts"
import { statementsOf } from "../statements.ts"

const url = "https://pay.example.com"
const existing = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:payments/token-a1B2c3"
const made = "arn:aws:secretsmanager:eu-west-1:123456789012:orders-payment-token"
const marker = "m4rker-t0ken"
const functionType = "aws:lambda/function:Function"

const args = (payment: PaymentArgs) =>
  ({ stage: "development", api: { auth: { mode: "none" } }, payment: { ...payment, url } }) as const
const pipeline = (payment: Partial<PaymentArgs>, stage: "development" | "production" = "development") =>
  deploy(() => new OrderPipeline("orders", { ...args({ url, ...payment }), stage, api: { auth: { mode: "iam" } } }))

const readPermission = (arn: string) => ({
  Effect: "Allow",
  Action: ["secretsmanager:GetSecretValue"],
  Resource: [arn]
})

describe("the payment token", () => {
  it.each([["a secret", pulumi.secret(marker)] as const, ["plain text", marker] as const])(
    "given as %s is in one secret of Secrets Manager, as a secret of the state, and nowhere else",
    async (_, token) => {
      const { resources, named } = await pipeline({ token })
      expect(named("orders-payment-token").inputs).toEqual({
        description: "The bearer token for the payment gateway",
        recoveryWindowInDays: 0
      })
      expect(named("orders-payment-token-version").inputs).toEqual({
        secretId: "orders-payment-token-id",
        secretString: { [pulumi.runtime.specialSigKey]: pulumi.runtime.specialSecretSig, value: marker }
      })
      const holders = resources.filter(({ inputs }) => JSON.stringify(inputs).includes(marker))
      expect(holders.map(({ name }) => name)).toEqual(["orders-payment-token-version"])
    }
  )

  it("is named to the consumer by its ARN, in an environment that is no secret, and may be read by it alone", async () => {
    const { resources, named } = await pipeline({ token: pulumi.secret(marker) })
    expect(named("orders-consumer", functionType).inputs["environment"]).toMatchObject({
      variables: { PAYMENT_URL: url, PAYMENT_TOKEN_SECRET_ARN: made }
    })
    expect(statementsOf(named("orders-consumer-policy"))).toContainEqual(readPermission(made))
    const readers = resources.filter(
      ({ type, inputs }) =>
        type === "aws:iam/rolePolicy:RolePolicy" && JSON.stringify(inputs).includes("secretsmanager")
    )
    expect(readers.map(({ name }) => name)).toEqual(["orders-consumer-policy"])
  })

  it("is read over TLS only, and its secret cannot be made public", async () => {
    const { named } = await pipeline({ token: marker })
    const policy = named("orders-payment-token-policy")
    expect(policy.inputs).toMatchObject({ secretArn: made, blockPublicPolicy: true })
    expect(statementsOf(policy)).toEqual([
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "secretsmanager:*",
        Resource: made,
        Condition: { Bool: { "aws:SecureTransport": "false" } }
      }
    ])
  })

  it("is encrypted with the queue's key where there is one", async () => {
    const kmsKeyArn = "arn:aws:kms:eu-west-1:123456789012:key/1234"
    const { named } = await deploy(
      () => new OrderPipeline("orders", { ...args({ url, token: marker }), queue: { kmsKeyArn } })
    )
    expect(named("orders-payment-token").inputs["kmsKeyId"]).toBe(kmsKeyArn)
    expect(JSON.stringify(named("orders-consumer-policy").inputs)).toContain("kms:Decrypt")
  })

  it("can be brought back in production for 30 days", async () => {
    const { named } = await pipeline({ token: marker }, "production")
    expect(named("orders-payment-token").inputs["recoveryWindowInDays"]).toBe(30)
  })

  it("may be in a secret that exists: none is made, and that one alone may be read", async () => {
    const { resources, named } = await pipeline({ tokenSecretArn: existing })
    expect(resources.filter(({ type }) => type.startsWith("aws:secretsmanager/"))).toEqual([])
    expect(named("orders-consumer", functionType).inputs["environment"]).toMatchObject({
      variables: { PAYMENT_TOKEN_SECRET_ARN: existing }
    })
    expect(statementsOf(named("orders-consumer-policy"))).toContainEqual(readPermission(existing))
  })

  it("is not needed: without one nothing may be read", async () => {
    const { resources, named } = await pipeline({})
    expect(resources.filter(({ type }) => type.startsWith("aws:secretsmanager/"))).toEqual([])
    expect(JSON.stringify(named("orders-consumer-policy").inputs)).not.toContain("secretsmanager")
  })

  it.each([
    [
      { token: marker, tokenSecretArn: existing },
      "orders: paymentToken cannot go with paymentTokenSecretArn; give one of them."
    ],
    [
      { tokenSecretArn: "payments/token" },
      'orders: paymentTokenSecretArn is "payments/token"; it must be the ARN of a secret in Secrets Manager.'
    ]
  ])("is refused when it is given wrongly: case %#", async (payment, sentence) => {
    const { error, registered } = await refused(() => new OrderPipeline("orders", args({ url, ...payment })))
    expect(error).toHaveProperty("message", sentence)
    expect(registered).toBe(0)
  })
})
