/**
 * JSON policies: the grammar, and what each service asks of one beside it.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
import { statementElements } from "../../local/iam/policyDocument.ts"
import { arnProblems } from "./arnGrammar.ts"
import { type Check, each, members, unknownNames } from "./checks.ts"

/** What a policy hangs on, and what follows from that. */
export interface PolicyKind {
  /** The longest text, in bytes. */
  readonly maxBytes: number
  /** Statements name who is meant; those of a role do not. */
  readonly principal: boolean
  /** Statements name resources; a trust policy's do not. */
  readonly resource: boolean
  /** Every action is of this service. */
  readonly service?: string
  /** Whether `service:*` is one of its actions. SNS refuses it: "Policy statement action out of service scope". */
  readonly everyAction?: boolean
  readonly maxStatements?: number
  /** SQS: the most actions, principals and conditions. */
  readonly maxActions?: number
}

/** Where each number is from: the quotas page of the service. */
export const policyKinds = {
  role: { maxBytes: 10_240, principal: false, resource: true },
  /** One that a person attaches to a group or a permission set. */
  managed: { maxBytes: 6144, principal: false, resource: true },
  trust: { maxBytes: 2048, principal: true, resource: false },
  queue: {
    maxBytes: 8192,
    principal: true,
    resource: true,
    service: "sqs",
    everyAction: true,
    maxStatements: 20,
    maxActions: 7
  },
  topic: { maxBytes: 30_720, principal: true, resource: true, service: "sns", everyAction: false, maxStatements: 100 },
  bucket: { maxBytes: 20_480, principal: true, resource: true, service: "s3", everyAction: true },
  table: { maxBytes: 20_480, principal: true, resource: true, service: "dynamodb", everyAction: true },
  secret: { maxBytes: 20_480, principal: true, resource: true, service: "secretsmanager", everyAction: true },
  endpoint: { maxBytes: 20_480, principal: true, resource: true }
} as const satisfies Record<string, PolicyKind>

const list = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [value])

const operator =
  /^(?:For(?:All|Any)Values:)?(?:String(?:Not)?(?:Equals(?:IgnoreCase)?|Like)|Numeric(?:Not)?Equals|Numeric(?:Less|Greater)Than(?:Equals)?|Date(?:Not)?Equals|Date(?:Less|Greater)Than(?:Equals)?|Bool|BinaryEquals|(?:Not)?IpAddress|Arn(?:Not)?(?:Equals|Like)|Null)(?:IfExists)?$/

const conditionKey = /^[a-z0-9-]+:[A-Za-z0-9][\w./:${}-]*$/

const principalProblems = (principal: unknown): ReadonlyArray<string> => {
  if (principal === "*") return []
  const kinds: Readonly<Record<string, (text: string) => boolean>> = {
    AWS: (text) => text === "*" || /^\d{12}$/.test(text) || arnProblems(text).length === 0,
    Service: (text) => /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?$/.test(text),
    Federated: (text) => text.length > 0,
    CanonicalUser: (text) => /^[0-9a-f]{64}$/.test(text)
  }
  const given = members(principal)
  if (given.length === 0) return [`Principal ${JSON.stringify(principal)} names nobody`]
  return given.flatMap(([kind, names]) =>
    list(names).flatMap((name) =>
      typeof name === "string" && kinds[kind]?.(name) === true
        ? []
        : [`Principal ${kind} ${JSON.stringify(name)} is none`]
    )
  )
}

const valueProblems = (name: string, key: string, value: unknown): ReadonlyArray<string> => {
  const bare = name.replace(/^For(?:All|Any)Values:/, "").replace(/IfExists$/, "")
  const wrong = [`Condition ${name} ${key}: ${JSON.stringify(value)} is not what the operator compares with`]
  if (typeof value !== "string") return wrong
  if (bare === "Bool" || bare === "Null") return value === "true" || value === "false" ? [] : wrong
  if (/^Arn(?:Not)?Equals$/.test(bare)) return arnProblems(value).length === 0 ? [] : wrong
  if (/^Arn(?:Not)?Like$/.test(bare)) return value.split(":").length >= 6 ? [] : wrong
  if (bare.startsWith("Numeric")) return Number.isFinite(Number(value)) && value !== "" ? [] : wrong
  if (bare.includes("IpAddress")) return /^[\d.]+(?:\/\d+)?$|^[0-9a-f:]+(?:\/\d+)?$/i.test(value) ? [] : wrong
  if (key === "aws:SourceAccount" || key === "aws:PrincipalAccount" || key === "aws:ResourceAccount")
    return /^\d{12}$/.test(value) ? [] : wrong
  return value === "" ? wrong : []
}

const conditionProblems = (condition: unknown): ReadonlyArray<string> =>
  members(condition).flatMap(([name, keys]) => [
    ...(operator.test(name) ? [] : [`Condition has no operator ${name}`]),
    ...members(keys).flatMap(([key, values]) => [
      ...(conditionKey.test(key) ? [] : [`Condition ${name} has no key ${key}`]),
      ...list(values).flatMap((value) => valueProblems(name, key, value))
    ])
  ])

const actionProblems = (action: unknown, kind: PolicyKind): ReadonlyArray<string> => {
  const parts = typeof action === "string" ? /^([a-z0-9-]+):([A-Za-z*?]+)$/.exec(action) : null
  if (parts === null) return [`Action ${JSON.stringify(action)} is none`]
  const [, service, name] = parts
  if (kind.service !== undefined && service !== kind.service) return [`Action ${action} is not of ${kind.service}`]
  return kind.everyAction === false && name === "*" ? [`Action ${action} is out of the service's scope`] : []
}

const resourceProblems = (resource: unknown, kind: PolicyKind): ReadonlyArray<string> => {
  if (resource === "*") return []
  if (typeof resource !== "string") return [`Resource ${JSON.stringify(resource)} is none`]
  const problems = arnProblems(resource)
  if (problems.length > 0) return problems.map((problem) => `Resource ${problem}`)
  return kind.service === undefined || resource.split(":")[2] === kind.service
    ? []
    : [`Resource ${resource} is not of ${kind.service}`]
}

const statementProblems = (statement: unknown, kind: PolicyKind): ReadonlyArray<string> => {
  const parts = Object.fromEntries(members(statement))
  const has = (name: string) => parts[name] !== undefined
  const actions = list(parts["Action"] ?? parts["NotAction"] ?? [])
  return [
    ...unknownNames(statement, statementElements),
    ...(has("Sid") && !/^[A-Za-z0-9]*$/.test(String(parts["Sid"])) ? [`Sid ${parts["Sid"]} has other characters`] : []),
    ...(parts["Effect"] === "Allow" || parts["Effect"] === "Deny" ? [] : [`Effect is ${parts["Effect"]}`]),
    ...(has("Action") !== has("NotAction") && actions.length > 0 ? [] : ["one of Action and NotAction is needed"]),
    ...actions.flatMap((action) => actionProblems(action, kind)),
    ...((has("Principal") || has("NotPrincipal")) === kind.principal
      ? []
      : [kind.principal ? "Principal is needed" : "Principal does not belong here"]),
    ...(has("Principal") ? principalProblems(parts["Principal"]) : []),
    ...((has("Resource") || has("NotResource")) === kind.resource
      ? []
      : [kind.resource ? "Resource is needed" : "Resource does not belong here"]),
    ...list(parts["Resource"] ?? parts["NotResource"] ?? []).flatMap((resource) => resourceProblems(resource, kind)),
    ...(has("Condition") ? conditionProblems(parts["Condition"]) : []),
    ...(kind.maxActions !== undefined && actions.length > kind.maxActions
      ? [`${actions.length} actions in a statement, and ${kind.maxActions} is the most`]
      : [])
  ]
}

/** What is wrong with a policy's text. */
export const policyProblems = (text: unknown, kind: PolicyKind): ReadonlyArray<string> => {
  if (typeof text !== "string") return ["the policy is no text"]
  let policy: unknown
  try {
    policy = JSON.parse(text)
  } catch {
    return ["the policy is no JSON"]
  }
  const parts = Object.fromEntries(members(policy))
  const statements = list(parts["Statement"] ?? [])
  const sids = statements.flatMap((statement) =>
    members(statement).flatMap(([name, sid]) => (name === "Sid" ? [sid] : []))
  )
  return [
    ...unknownNames(policy, ["Version", "Id", "Statement"]),
    ...(parts["Version"] === "2012-10-17" ? [] : [`Version is ${parts["Version"]}`]),
    ...(statements.length === 0 ? ["there is no Statement"] : []),
    ...(statements.length > (kind.maxStatements ?? 1000) ? [`${statements.length} statements are too many`] : []),
    ...(new Set(sids).size === sids.length ? [] : ["two statements have one Sid"]),
    ...(Buffer.byteLength(text) > kind.maxBytes
      ? [`${Buffer.byteLength(text)} bytes, and ${kind.maxBytes} is the most`]
      : []),
    ...statements.flatMap((statement, index) =>
      statementProblems(statement, kind).map((problem) => `Statement.${index}: ${problem}`)
    )
  ]
}

/** A policy at a path. */
export const policy = (path: string, kind: PolicyKind): Check => each(path, (text) => policyProblems(text, kind))
