/** The arguments of `OrderPipeline`. */
import type * as pulumi from "@pulumi/pulumi"
import type { TracingMode } from "../function/tracing.ts"
import type { Network } from "../network/Network.ts"
import type { LogLevel, StandardConsumerArgs, StandardQueueArgs } from "../resilientQueue/args.ts"
import type { StorefrontArgs } from "./storefront/args.ts"

/** What a stack is for. Production refuses what is only for trying out, and protects its data. */
export const stages = ["development", "production"] as const

/** What a stack is for. */
export type Stage = (typeof stages)[number]

/** Who may call the API. */
export type Auth =
  | {
      /** Anyone. Refused in production. */
      readonly mode: "none"
    }
  | {
      /** Whoever signs requests with AWS credentials that may invoke the API: a service, which may act for any user. */
      readonly mode: "iam"
    }
  | {
      /**
       * Whoever has a token of this issuer for one of these audiences: a user, who places orders as the token's subject
       * (`sub`), and sees those alone.
       */
      readonly mode: "jwt"
      /**
       * The issuer's `https://` URL, exactly as in the token's `iss`; its keys are found through
       * `/.well-known/openid-configuration` below it. In development, `http://` on this machine will do.
       */
      readonly issuer: pulumi.Input<string>
      /** What the token's `aud` (or, where it has none, `client_id`) must name, at least one. */
      readonly audiences: readonly pulumi.Input<string>[]
      /** What the token's `scope` or `scp` must hold one of, by route. @default any token of the issuer will do */
      readonly scopes?: RouteScopes
    }

/** Scopes by route: a token needs one of those that are listed. */
export interface RouteScopes {
  /** `POST /orders`. @default none is needed */
  readonly placeOrder?: readonly pulumi.Input<string>[]
  /** `GET /orders/{orderId}`. @default none is needed */
  readonly getOrder?: readonly pulumi.Input<string>[]
}

/** The HTTP API. */
export interface ApiArgs {
  /** Who may call: `{ mode: "none" }` (anyone; refused in production), `{ mode: "iam" }` (signed requests) or `{ mode: "jwt", issuer, audiences, scopes? }` (users with tokens). */
  readonly auth: Auth
  /** Web origins that may call the API from a browser. @default none: no CORS headers */
  readonly corsAllowOrigins?: readonly pulumi.Input<string>[]
  /** Requests per second, steadily, over all callers. Range: 1–10,000. @default 100 */
  readonly throttlingRateLimit?: pulumi.Input<number>
  /** Requests at once, over all callers. Range: 1–5,000. @default 200 */
  readonly throttlingBurstLimit?: pulumi.Input<number>
}

/** The gateway that authorises a payment before an order is stored. */
export interface PaymentArgs {
  /** Its base URL. In production `https://` only. */
  readonly url: pulumi.Input<string>
  /**
   * The bearer token for it. It is put into a secret of Secrets Manager, which the consumer reads when it runs, and
   * again when the gateway refuses it: rotate it there, without a deployment. Always encrypted in the state.
   * @default none
   */
  readonly token?: pulumi.Input<string>
  /**
   * Instead of `token`: the ARN of a secret that exists, whose text is the token. If it is encrypted with a key of yours,
   * the key's policy has to let the consumer decrypt.
   * @default none
   */
  readonly tokenSecretArn?: pulumi.Input<string>
}

/** The queue of orders: what `ResilientQueue` takes, less what the pipeline decides. */
export interface OrderQueueArgs
  extends Omit<
    StandardQueueArgs,
    | "consumer"
    | "correlationField"
    | "fifo"
    | "ledgerReaderArns"
    | "logLevel"
    | "logRetentionDays"
    | "network"
    | "networkPermissions"
    | "protectData"
    | "subscriptions"
    | "tracing"
  > {
  /** The function that stores orders. @default {} */
  readonly consumer?: Omit<StandardConsumerArgs, "entry" | "environment" | "permissions">
}

/** The arguments of `OrderPipeline`. */
export interface OrderPipelineArgs {
  /** What the stack is for: `"development"` or `"production"`, which refuses what is only for trying out and protects its data. */
  readonly stage: Stage
  /** The HTTP API. */
  readonly api: ApiArgs
  /** The queue of orders: what `ResilientQueue` takes, less what the pipeline decides. @default {} */
  readonly queue?: OrderQueueArgs
  /** The gateway that authorises a payment before an order is stored. @default none: orders are stored without a payment */
  readonly payment?: PaymentArgs
  /**
   * The order page, served by CloudFront with the API behind it under one name. Refused with auth `iam`, as a browser has
   * no credentials to sign with.
   * @default none
   */
  readonly storefront?: boolean | StorefrontArgs
  /**
   * Where all functions run. `"private"`: in a VPC with no way to the internet, so `payment` is refused with it; or in
   * subnets of yours, from which the payment gateway can be reached.
   * @default none: a network of Lambda's own, which reaches the internet
   */
  readonly network?: Network
  /** Whether item names such as `Poison` raise failures on purpose. Refused in production. @default false */
  readonly chaos?: boolean
  /** The level from which the functions write their logs. @default "INFO" */
  readonly logLevel?: pulumi.Input<LogLevel>
  /** How long logs are kept, in days. One of the values that CloudWatch Logs knows. @default 30 */
  readonly logRetentionDays?: pulumi.Input<number>
  /**
   * Whether X-Ray traces the functions, those of the API as well: `"Active"`, of each function the first invocation of each
   * second and a twentieth of the others, at $5 a million traces; or `"PassThrough"`, none.
   * @default "PassThrough", as Lambda has it
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
   */
  readonly tracing?: TracingMode
}
