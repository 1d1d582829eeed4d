/** One embedded service behind the real gateway, reached by SDK clients as the account's administrator or as a role. */
import { type Account, embeddedAccountId } from "../../local/Account.ts"
import type { EmbeddedService, PolicyDocument } from "../../local/EmbeddedService.ts"
import { startGateway } from "../../local/gateway/startGateway.ts"
import { createIam } from "../../local/iam/createIam.ts"
import type { Credentials, Iam } from "../../local/iam/Iam.ts"

const region = "eu-central-1"

/** A service on a gateway. */
export interface OnGateway<Service> {
  readonly service: Service
  readonly account: Account
  readonly iam: Iam
  /** Settings for an SDK client. */
  readonly client: (credentials?: Credentials) => {
    readonly endpoint: string
    readonly region: string
    readonly credentials: Credentials
    readonly maxAttempts: number
  }
  /** Credentials of a role that may do what the policy says. */
  readonly role: (policy: PolicyDocument) => Promise<Credentials>
  readonly close: () => Promise<void>
}

/** Starts a gateway with one service. */
export const onGateway = async <Service extends EmbeddedService & { readonly close: () => void }>(
  make: (account: Account, iam: Iam) => Service
): Promise<OnGateway<Service>> => {
  const iam = createIam({ accountId: embeddedAccountId, region })
  const gateway = await startGateway({ iam })
  const account = { accountId: embeddedAccountId, region, endpoint: gateway.endpoint }
  const service = make(account, iam)
  gateway.register(service)
  let roles = 0
  return {
    service,
    account,
    iam,
    client: (credentials = iam.administrator) => ({
      endpoint: gateway.endpoint,
      region,
      credentials,
      maxAttempts: 1
    }),
    role: async (policy) => {
      roles += 1
      const name = `role-${roles}`
      const create = iam.resources["aws:iam/role:Role"]
      if (!create) throw new Error("IAM has no roles")
      const created = await create({
        urn: `urn:${name}`,
        name,
        type: "aws:iam/role:Role",
        inputs: {
          name,
          assumeRolePolicy: JSON.stringify({
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }]
          })
        }
      })
      iam.putRolePolicy(name, "policy", policy)
      return iam.assumeRole(String(created.state["arn"]), "session")
    },
    close: async () => {
      service.close()
      await gateway.close()
    }
  }
}
