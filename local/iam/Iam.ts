/** What the other parts of the embedded AWS ask of IAM. */
import type { PolicyDocument, Principal, RequiredPermission } from "../EmbeddedService.ts"
import type { ResourceProviders } from "../pulumi/ResourceProvider.ts"

/** Credentials for an SDK client or a function's environment. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** Why a request is allowed or not. */
export interface Decision {
  readonly allowed: boolean
  /** AWS's own wording, e.g. `User: arn:… is not authorized to perform: sqs:SendMessage on resource: arn:… because no identity-based policy allows the sqs:SendMessage action`. */
  readonly message: string
}

/** Roles, their policies, and decisions. */
export interface Iam {
  /** Roles and role policies. */
  readonly resources: ResourceProviders
  /** Credentials of the account's administrator. */
  readonly administrator: Credentials
  /** Credentials of a session of a role, as Lambda hands them to a function. */
  readonly assumeRole: (roleArn: string, sessionName: string) => Credentials
  /** Who an access key id belongs to; `undefined` for one that was never handed out. */
  readonly principalOf: (accessKeyId: string) => Principal | undefined
  /** The credentials with an access key id, to verify what was signed with them; `undefined` as above. */
  readonly credentialsOf: (accessKeyId: string) => Credentials | undefined
  /** Evaluates identity and resource policies for one required permission. */
  readonly decide: (principal: Principal, permission: RequiredPermission) => Decision
  /** Tells of every decision as it is taken; the answer ends that. */
  readonly onDecision: (
    listener: (principal: Principal, permission: RequiredPermission, decision: Decision) => void
  ) => () => void
  /** Replaces the inline policy of a role, e.g. to take an action away in a scenario. */
  readonly putRolePolicy: (roleName: string, policyName: string, document: PolicyDocument) => void
  /** The inline policies of a role by name. */
  readonly rolePolicies: (roleName: string) => ReadonlyMap<string, PolicyDocument>
}
