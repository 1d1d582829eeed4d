import { describe, expect, it } from "vitest"
import type { OrderPipelineArgs } from "../../../components/orderPipeline/args.ts"
import { OrderPipeline } from "../../../components/orderPipeline/OrderPipeline.ts"
import { denials, onlyFor, topicActions } from "../denials.ts"
import { deploy, refused } from "../deployed.ts"
import { statementsOf } from "../statements.ts"

const arn = (service: string, name: string) => `arn:aws:${service}:eu-west-1:123456789012:${name}`
const functionType = "aws:lambda/function:Function"
const pipeline = (args: Partial<OrderPipelineArgs> = {}) =>
  deploy(() => new OrderPipeline("orders", { stage: "development", api: { auth: { mode: "none" } }, ...args }))
const allow = (actions: readonly string[], ...resources: readonly string[]) => ({
  Effect: "Allow",
  Action: actions,
  Resource: resources
})

const inventory = [
  "aws:apigatewayv2/api:Api orders-api",
  "aws:apigatewayv2/integration:Integration orders-get-order-integration",
  "aws:apigatewayv2/integration:Integration orders-place-order-integration",
  "aws:apigatewayv2/route:Route orders-get-order-route",
  "aws:apigatewayv2/route:Route orders-place-order-route",
  "aws:apigatewayv2/stage:Stage orders-api-stage",
  "aws:cloudwatch/logGroup:LogGroup orders-api-access",
  "aws:cloudwatch/logGroup:LogGroup orders-get-order-log",
  "aws:cloudwatch/logGroup:LogGroup orders-place-order-log",
  "aws:dynamodb/resourcePolicy:ResourcePolicy orders-table-policy",
  "aws:dynamodb/table:Table orders-table",
  "aws:iam/role:Role orders-get-order-role",
  "aws:iam/role:Role orders-place-order-role",
  "aws:iam/rolePolicy:RolePolicy orders-get-order-policy",
  "aws:iam/rolePolicy:RolePolicy orders-place-order-policy",
  "aws:lambda/function:Function orders-get-order",
  "aws:lambda/function:Function orders-place-order",
  "aws:lambda/permission:Permission orders-get-order-invoke",
  "aws:lambda/permission:Permission orders-place-order-invoke",
  "aws:sns/topic:Topic orders-topic",
  "aws:sns/topicPolicy:TopicPolicy orders-topic-policy",
  "resilient-queue:index:BundledFunction orders-get-order",
  "resilient-queue:index:BundledFunction orders-place-order",
  "resilient-queue:index:OrderPipeline orders"
]

const deployed = await pipeline()

describe("an OrderPipeline", () => {
  it("is a ResilientQueue and exactly this", () => {
    const own = deployed.resources.filter(
      ({ urn, parentUrn }) => !`${parentUrn} ${urn}`.includes("resilient-queue:index:ResilientQueue")
    )
    expect(own.map(({ type, name }) => `${type} ${name}`).toSorted()).toEqual(inventory)
    expect(deployed.named("orders", "resilient-queue:index:ResilientQueue").parentUrn).toBe(
      deployed.named("orders", "resilient-queue:index:OrderPipeline").urn
    )
    expect(deployed.named("orders-subscription").inputs).toMatchObject({
      topic: arn("sns", "orders-topic"),
      rawMessageDelivery: true
    })
  })

  it("gives each function what it needs and no more", () => {
    const [publish, track] = statementsOf(deployed.named("orders-place-order-policy"))
    expect(publish).toEqual(allow(["sns:Publish"], arn("sns", "orders-topic")))
    expect(track).toEqual(allow(["dynamodb:PutItem"], arn("dynamodb", "orders-table")))
    expect(statementsOf(deployed.named("orders-place-order-policy"))).toHaveLength(3)
    const [order, failure] = statementsOf(deployed.named("orders-get-order-policy"))
    expect(order).toEqual(allow(["dynamodb:GetItem"], arn("dynamodb", "orders-table")))
    expect(failure).toEqual(allow(["dynamodb:Query"], `${arn("dynamodb", "orders-failures")}/index/byCorrelationId`))
    expect(statementsOf(deployed.named("orders-get-order-policy"))).toHaveLength(3)
    expect(statementsOf(deployed.named("orders-consumer-policy"))).toContainEqual(
      allow(["dynamodb:PutItem"], arn("dynamodb", "orders-table"))
    )
  })

  it("takes orders over TLS from its own account, and in production from the producer alone", async () => {
    const topicArn = arn("sns", "orders-topic")
    expect(statementsOf(deployed.named("orders-topic-policy"))).toEqual(denials(topicActions, topicArn))
    const production = await deploy(
      () => new OrderPipeline("orders", { stage: "production", api: { auth: { mode: "iam" } } })
    )
    expect(statementsOf(production.named("orders-topic-policy"))).toEqual([
      ...denials(topicActions, topicArn),
      onlyFor("PublishersOnly", "sns:Publish", topicArn, {
        "aws:PrincipalArn": [arn("iam", "orders-place-order-role")]
      })
    ])
    const [, , , table] = statementsOf(production.named("orders-table-policy"))
    expect(table).toMatchObject({
      Effect: "Deny",
      Condition: {
        ArnNotEquals: {
          "aws:PrincipalArn": ["place-order", "get-order", "consumer"].map((name) => arn("iam", `orders-${name}-role`))
        }
      }
    })
  })

  it("routes to its functions, which this API alone may invoke, each on its own route", () => {
    for (const [name, routeKey, path] of [
      ["orders-place-order", "POST /orders", "POST/orders"],
      ["orders-get-order", "GET /orders/{orderId}", "GET/orders/{orderId}"]
    ]) {
      expect(deployed.named(`${name}-integration`).inputs).toMatchObject({
        integrationType: "AWS_PROXY",
        payloadFormatVersion: "2.0",
        timeoutMilliseconds: 11_000
      })
      expect(deployed.named(`${name}-route`).inputs).toEqual({
        apiId: "orders-api-id",
        routeKey,
        target: `integrations/${name}-integration-id`,
        authorizationType: "NONE"
      })
      expect(deployed.named(`${name}-invoke`).inputs).toEqual({
        action: "lambda:InvokeFunction",
        function: name,
        principal: "apigateway.amazonaws.com",
        sourceArn: `${arn("execute-api", "orders-api")}/$default/${path}`
      })
    }
  })

  it("throttles and logs each request, and sends no CORS headers, by default", () => {
    expect(deployed.named("orders-api").inputs).toEqual({ protocolType: "HTTP" })
    expect(deployed.named("orders-api-stage").inputs).toMatchObject({
      name: "$default",
      autoDeploy: true,
      accessLogSettings: { destinationArn: arn("logs", "log-group:orders-api-access") },
      defaultRouteSettings: { throttlingRateLimit: 100, throttlingBurstLimit: 200, detailedMetricsEnabled: true }
    })
  })

  it("sends CORS headers to configured origins", async () => {
    const { named } = await pipeline({
      api: { auth: { mode: "iam" }, corsAllowOrigins: ["https://shop.example.com"] }
    })
    expect(named("orders-api").inputs["corsConfiguration"]).toMatchObject({
      allowOrigins: ["https://shop.example.com"],
      allowMethods: ["GET", "POST"]
    })
    expect(named("orders-place-order-route").inputs["authorizationType"]).toBe("AWS_IAM")
  })

  it("takes tokens of one issuer", async () => {
    const { named } = await pipeline({
      api: { auth: { mode: "jwt", issuer: "https://issuer.example.com", audiences: ["orders"] } }
    })
    expect(named("orders-authorizer").inputs).toEqual({
      apiId: "orders-api-id",
      authorizerType: "JWT",
      identitySources: ["$request.header.Authorization"],
      jwtConfiguration: { issuer: "https://issuer.example.com", audiences: ["orders"] }
    })
    expect(named("orders-get-order-route").inputs).toMatchObject({
      authorizationType: "JWT",
      authorizerId: "orders-authorizer-id"
    })
  })

  it("asks for scopes where a route has some", async () => {
    const { named } = await pipeline({
      api: {
        auth: {
          mode: "jwt",
          issuer: "https://issuer.example.com",
          audiences: ["orders"],
          scopes: { placeOrder: ["orders:write", "orders:admin"] }
        }
      }
    })
    expect(named("orders-place-order-route").inputs["authorizationScopes"]).toEqual(["orders:write", "orders:admin"])
    expect(named("orders-get-order-route").inputs).not.toHaveProperty("authorizationScopes")
  })

  it("tells the functions how their callers are known", async () => {
    const auth = { mode: "jwt", issuer: "https://issuer.example.com", audiences: ["orders"] } as const
    const { named } = await pipeline({ api: { auth } })
    for (const name of ["orders-place-order", "orders-get-order"]) {
      expect(named(name, functionType).inputs["environment"]).toMatchObject({ variables: { AUTH: "jwt" } })
      expect(deployed.named(name, functionType).inputs["environment"]).toMatchObject({ variables: { AUTH: "none" } })
    }
  })

  it("tells the consumer of the payment gateway, and waits for it no longer than half of the function's time", async () => {
    const { named } = await pipeline({
      payment: { url: "https://pay.example.com" },
      queue: { consumer: { timeoutSeconds: 4 } },
      chaos: true
    })
    expect(named("orders-consumer", functionType).inputs["environment"]).toMatchObject({
      variables: {
        ORDERS_TABLE: "orders-table",
        CHAOS: "true",
        PAYMENT_URL: "https://pay.example.com",
        PAYMENT_TIMEOUT_MILLISECONDS: "2000"
      }
    })
  })

  it("protects orders in production", async () => {
    const { named } = await pipeline({ stage: "production", api: { auth: { mode: "iam" } } })
    expect(named("orders-table").protect).toBe(true)
    expect(named("orders-table").inputs["deletionProtectionEnabled"]).toBe(true)
    expect(named("orders-queue").protect).toBe(true)
    expect(deployed.named("orders-table").protect).toBe(false)
  })

  it.each([
    [
      { api: { auth: { mode: "none" } } },
      'orders: auth is "none"; where stage is "production" it must be "iam" or "jwt".'
    ],
    [{ chaos: true }, 'orders: chaos is true; where stage is "production" it must be false.'],
    [
      { api: { auth: { mode: "jwt", issuer: "http://127.0.0.1:1", audiences: ["orders"] } } },
      'orders: jwtIssuer is "http://127.0.0.1:1"; it must be a URL that starts with https://.'
    ],
    [
      { api: { auth: { mode: "jwt", issuer: "https://issuer.example.com", audiences: [] } } },
      "orders: jwtAudiences is []; it must be a list of at least one audience."
    ],
    [
      { payment: { url: "http://pay.example.com" } },
      'orders: paymentUrl is "http://pay.example.com"; where stage is "production" it must start with https://.'
    ]
  ] satisfies ReadonlyArray<readonly [Partial<OrderPipelineArgs>, string]>)(
    "refuses what production must not have: case %#",
    async (args, sentence) => {
      const { error, registered } = await refused(
        () => new OrderPipeline("orders", { stage: "production", api: { auth: { mode: "iam" } }, ...args })
      )
      expect(error).toHaveProperty("message", sentence)
      expect(registered).toBe(0)
    }
  )
})
