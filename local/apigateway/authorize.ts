/** Whether a request may reach the function of its route. */
import { type Account, arnOf } from "../Account.ts"
import type { Principal } from "../EmbeddedService.ts"
import type { Iam } from "../iam/Iam.ts"
import type { HttpApi } from "./HttpApi.ts"
import { type Authorized, authorizeToken, type Refused } from "./jwtAuthorizer.ts"
import { gatewayResponses } from "./ProxyResponse.ts"
import type { RoutedRequest } from "./proxyEvent.ts"
import { signerOf } from "./signatureVersion4.ts"

/** What is needed to decide. */
export interface AuthorizationHost {
  readonly account: Account
  readonly iam: Pick<Iam, "credentialsOf" | "decide" | "principalOf">
  readonly now: () => number
}

/** A route that asks for nobody in particular. */
export interface Open {
  readonly kind: "open"
}

const forbidden = (error: string): Refused => ({ kind: "refused", response: gatewayResponses.forbidden, error })

/** `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH`: the path as it was asked for, not its route's. */
const invokedArn = ({ account, api, stage, request }: RoutedRequest): string =>
  arnOf(account, "execute-api", `${api.id}/${stage.name}/${request.method}${request.path}`)

const nameOf = (principal: Principal): string =>
  principal.kind === "role" ? `${principal.roleName}:${principal.sessionName}` : "administrator"

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html */
const authorizeSignature = ({ account, iam, now }: AuthorizationHost, routed: RoutedRequest): Authorized | Refused => {
  const { request } = routed
  const accessKey = signerOf(request, { region: account.region, credentialsOf: iam.credentialsOf, now: now() })
  const principal = accessKey === undefined ? undefined : iam.principalOf(accessKey)
  if (principal === undefined || principal.kind === "service")
    return forbidden("The request is not signed as it has to be.")
  const { allowed, message } = iam.decide(principal, {
    action: "execute-api:Invoke",
    resource: invokedArn(routed),
    context: { "aws:SecureTransport": "true", "aws:SourceIp": request.sourceIp, "aws:RequestedRegion": account.region }
  })
  if (!allowed) return forbidden(message)
  return {
    kind: "authorized",
    authorizer: {
      iam: {
        accessKey,
        accountId: account.accountId,
        callerId: nameOf(principal),
        cognitoIdentity: null,
        principalOrgId: null,
        userArn: principal.arn,
        userId: nameOf(principal)
      }
    }
  }
}

/** Decides about a request that has found its route. */
export const authorize = async (
  host: AuthorizationHost,
  api: HttpApi,
  routed: RoutedRequest
): Promise<Authorized | Refused | Open> => {
  const { authorization } = routed.match.route
  if (authorization.type === "NONE") return { kind: "open" }
  if (authorization.type === "AWS_IAM") return authorizeSignature(host, routed)
  const authorizer = api.authorizers.get(authorization.authorizerId)
  return authorizer === undefined
    ? forbidden(`There is no authorizer ${authorization.authorizerId}.`)
    : authorizeToken(authorizer, authorization.scopes, routed.request, host.now())
}
