/** An HTTP API: its routes, authorizers, integrations and stages. */
import type { JwtAuthorizer } from "./jwtAuthorizer.ts"

/** Cross-origin resource sharing, as API Gateway answers it by itself. */
export interface CorsConfiguration {
  readonly allowOrigins: ReadonlyArray<string>
  readonly allowMethods: ReadonlyArray<string>
  readonly allowHeaders: ReadonlyArray<string>
  readonly exposeHeaders: ReadonlyArray<string>
  readonly allowCredentials: boolean
  readonly maxAgeSeconds: number | undefined
}

/** Requests a second, and how many may come at once. `undefined`: as many as come. */
export interface Throttling {
  readonly rateLimit: number | undefined
  readonly burstLimit: number | undefined
}

/** A Lambda function behind an API. */
export interface Integration {
  readonly id: string
  readonly functionArn: string
  /** 50 – 30,000. */
  readonly timeoutMilliseconds: number
}

/** Who may take a route. */
export type Authorization =
  /** Anyone. */
  | { readonly type: "NONE" }
  /** Whoever signs the request, and may `execute-api:Invoke` it. */
  | { readonly type: "AWS_IAM" }
  /** Whoever has a token that the authorizer accepts, with one of these scopes if there are any. */
  | { readonly type: "JWT"; readonly authorizerId: string; readonly scopes: ReadonlyArray<string> }

/** A route and where it leads. */
export interface Route {
  readonly id: string
  /** `POST /orders`, `ANY /{proxy+}`, `$default`. */
  readonly routeKey: string
  readonly integrationId: string
  readonly authorization: Authorization
}

/** A stage: `$default` is served at the root, any other under its name. */
export interface Stage {
  readonly name: string
  readonly variables: Readonly<Record<string, string>>
  readonly defaultThrottling: Throttling
  /** By route key. */
  readonly routeThrottling: ReadonlyMap<string, Throttling>
  readonly accessLog: { readonly logGroup: string; readonly format: string } | undefined
}

/** An HTTP API. */
export interface HttpApi {
  readonly id: string
  readonly name: string
  /** `http://127.0.0.1:PORT`. */
  readonly endpoint: string
  readonly cors: CorsConfiguration | undefined
  readonly authorizers: Map<string, JwtAuthorizer>
  readonly integrations: Map<string, Integration>
  readonly routes: Map<string, Route>
  readonly stages: Map<string, Stage>
}
